#!/bin/bash
set -eo pipefail
shopt -s nullglob

say() {
	local type="$1"; shift
	local text="$*"; if [ "$#" -eq 0 ]; then text="$(cat)"; fi
	local dt; dt="$(date --rfc-3339=seconds)"
	printf '%s [%s] [Entrypoint]: %s\n' "$dt" "$type" "$text"
}
note() {
	say Note "$@"
}
fail() {
	say ERROR "$@" >&2
	exit 1
}

check_configuration() {
	local toRun=( "$@" --verbose --help ) errors
	if ! errors="$("${toRun[@]}" 2>&1 >/dev/null)"; then
		fail $'mysqld failed while attempting to check config\n\tcommand was: '"${toRun[*]}"$'\n\t'"$errors"
	fi
}

configured() {
	local conf="$1"; shift
	"$@" --verbose --help --log-bin-index="$(mktemp -u)" 2>/dev/null \
		| awk -v conf="$conf" '$1 == conf && /^[^ \t]/ { sub(/^[^ \t]+[ \t]+/, ""); print; exit }'
}

start_for_setup() {
	"$@" --skip-networking --default-time-zone=SYSTEM --socket="${SOCKET}" &
	note 'waiting for it'
	local i
	for i in {30..0}; do
		if run_sql --database=mysql <<<'SELECT 1' &> /dev/null; then
			break
		fi
		sleep 1
	done
	if [ "$i" = 0 ]; then
		fail 'it does not start'
	fi
}

stop_after_setup() {
	if ! mysqladmin --defaults-extra-file=<( credentials ) shutdown -uroot --socket="${SOCKET}"; then
		fail 'it does not stop'
	fi
}

run_sql() {
	mysql --defaults-extra-file=<( credentials ) --protocol=socket -uroot -hlocalhost --socket="${SOCKET}" --comments "$@"
}

credentials() {
	cat <<-EOF
		[client]
		password="${MYSQL_ROOT_PASSWORD}"
	EOF
}

read_settings() {
	declare -g DATADIR SOCKET
	DATADIR="$(configured 'datadir' "$@")"
	SOCKET="$(configured 'socket' "$@")"
	declare -g HAS_DATA
	if [ -d "$DATADIR/mysql" ]; then
		HAS_DATA='true'
	fi
}

asks_for_help() {
	local arg
	for arg; do
		case "$arg" in
			-'?'|--help|--print-defaults|-V|--version)
				return 0
				;;
		esac
	done
	return 1
}

main() {
	# options are the server's
	if [ "${1:0:1}" = '-' ]; then
		set -- mysqld "$@"
	fi

	if [ "$1" = 'mysqld' ] && ! asks_for_help "$@"; then
		note "starting ${MYSQL_VERSION}"
		check_configuration "$@"
		read_settings "$@"
		mkdir -p "$DATADIR"
		if [ "$(id -u)" = "0" ]; then
			find "$DATADIR" \! -user mysql -exec chown --no-dereference mysql '{}' +
			note "going on as mysql"
			exec gosu mysql "$BASH_SOURCE" "$@"
		fi
		if [ -z "$HAS_DATA" ]; then
			note 'creating the data'
			"$@" --initialize-insecure --default-time-zone=SYSTEM
			start_for_setup "$@"
			stop_after_setup
			note 'set up'
		fi
	fi
	exec "$@"
}

main "$@"
