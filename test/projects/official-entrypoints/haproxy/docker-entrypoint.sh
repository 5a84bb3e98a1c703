#!/bin/sh
set -e

if [ "${1#-}" != "$1" ]; then
	set -- haproxy "$@"
fi

if [ "$1" = 'haproxy' ]; then
	shift # "haproxy"
	# with a master, in the foreground
	set -- haproxy -W -db "$@"
fi

exec "$@"
