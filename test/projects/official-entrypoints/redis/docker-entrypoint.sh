#!/bin/sh
set -e

# options, or a configuration file: they are the server's
if [ "${1#-}" != "$1" ] || [ "${1%.conf}" != "$1" ]; then
	set -- redis-server "$@"
fi

# as root: hand over to the server's own user
if [ "$1" = 'redis-server' -a "$(id -u)" = '0' ]; then
	find . \! -user redis -exec chown redis '{}' +
	exec gosu redis "$0" "$@"
fi

# nobody else reads the data
um="$(umask)"
if [ "$um" = '0022' ]; then
	umask 0077
fi

exec "$@"
