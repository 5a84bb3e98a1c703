#!/bin/sh
set -e

# first argument is an option (`-x` or `--xyz`) or a configuration file
if [ "${1#-}" != "$1" ] || [ "${1%.conf}" != "$1" ]; then
	set -- quill-server "$@"
fi

# started as root: hand the data over and go on as the server's own user
if [ "$1" = 'quill-server' -a "$(id -u)" = '0' ]; then
	find . \! -user quill -exec chown quill '{}' +
	exec gosu quill "$0" "$@"
fi

# files that the server makes are nobody else's business
um="$(umask)"
if [ "$um" = '0022' ]; then
	umask 0077
fi

exec "$@"
