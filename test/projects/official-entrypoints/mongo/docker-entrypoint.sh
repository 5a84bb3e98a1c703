#!/bin/bash
set -Eeuo pipefail

if [ "${1:0:1}" = '-' ]; then
	set -- mongod "$@"
fi

asked="$1"

# no tool of this server runs as root
if [[ "$asked" == mongo* ]] && [ "$(id -u)" = '0' ]; then
	if [ "$asked" = 'mongod' ]; then
		find /data/configdb /data/db \! -user mongodb -exec chown mongodb '{}' +
	fi

	# what it says must get out as another user, too
	chown --dereference mongodb "/proc/$$/fd/1" "/proc/$$/fd/2" || :
	exec gosu mongodb "$BASH_SOURCE" "$@"
fi

dpkgArch="$(dpkg --print-architecture)"
case "$dpkgArch" in
	amd64)
		if ! grep -qE '^flags.* avx( .*|$)' /proc/cpuinfo; then
			{
				echo
				echo 'this processor may be too old'
				echo
			} >&2
		fi
		;;
esac

# memory from all nodes
if [[ "$asked" == mongo* ]]; then
	numa='numactl --interleave=all'
	if $numa true &> /dev/null; then
		set -- $numa "$@"
	fi
fi

# usage: has_configuration "$@": a mongod.conf as JSON, if there is one
has_configuration() {
	if [ -n "${MONGO_CONFIG:-}" ]; then
		return 0
	fi
	return 1
}

if [ "$asked" = 'mongod' ]; then
	file="$(ls /data/db | head -1)"
	isEmpty="$file"
	if [ -z "$isEmpty" ]; then
		pidfile="$(mktemp)"
		mongod --config /tmp/docker-entrypoint-temp-config.json --fork --pidfilepath "$pidfile"
		tries=30
		while true; do
			if ! { [ -s "$pidfile" ] && ps "$(< "$pidfile")" &> /dev/null; }; then
				echo >&2 "mongod is gone"
				exit 1
			fi
			if mongosh --quiet admin --eval 'quit(0)' &> /dev/null; then
				break
			fi
			(( tries-- ))
			if [ "$tries" -le 0 ]; then
				exit 1
			fi
			sleep 1
		done
		mongod --config /tmp/docker-entrypoint-temp-config.json --shutdown
		rm -f "$pidfile"
	fi
	# others may reach it from here on
	set -- "$@" --bind_ip_all
fi

rm -f /tmp/docker-entrypoint-temp-config.json

exec "$@"
