#!/bin/sh
set -e

if [ "${1#-}" != "$1" ]; then
	set -- quill-server "$@"
fi

if [ "$1" = 'quill-server' ] && [ "$(id -u)" = '0' ]; then
	chown -R quill .
	exec su-exec quill "$0" "$@"
fi

exec "$@"
