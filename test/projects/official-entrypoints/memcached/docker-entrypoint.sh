#!/bin/sh
set -e

# options alone are the server's
if [ "${1#-}" != "$1" ]; then
	set -- memcached "$@"
fi

exec "$@"
