#!/bin/sh
set -e

has_cap() {
	/usr/bin/setpriv -d | grep -q "Capability bounding set:.*\b$1\b"
}

# options, or a configuration file: they are the server's
if [ "${1#-}" != "$1" ] || [ "${1%.conf}" != "$1" ]; then
	set -- redis-server "$@"
fi

# as root: hand over to the server's own user
if [ "$1" = 'redis-server' -a "$(id -u)" = '0' ]; then
	find . \! -user redis -exec chown redis '{}' +
	CAPS_TO_KEEP=""
	if has_cap CAP_SYS_RESOURCE; then
		CAPS_TO_KEEP=",+sys_resource"
	fi
	exec setpriv --reuid redis --regid redis --clear-groups --nnp --inh-caps=-all$CAPS_TO_KEEP "$0" "$@"
fi

# nobody else reads the data
um="$(umask)"
if [ "$um" = '0022' ]; then
	umask 0077
fi

exec "$@"
