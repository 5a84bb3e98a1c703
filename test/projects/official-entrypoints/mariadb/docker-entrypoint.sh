#!/bin/bash
set -eo pipefail
shopt -s nullglob

note() {
	printf '%s [note] [entrypoint]: %s\n' "$(date -Iseconds)" "$*"
}

fail() {
	note "$*" >&2
	exit 1
}

asks_for_help() {
	local arg
	for arg; do
		case "$arg" in
			-'?'|--help|--print-defaults|-V|--version) return 0 ;;
		esac
	done
	return 1
}

setting_of() {
	local name="$1"; shift
	"$@" --verbose --help 2>/dev/null | awk -v name="$name" '$1 == name { print $2; exit }'
}

run_sql() {
	mariadb --protocol=socket -uroot -hlocalhost --socket="${SOCKET}" "$@"
}

# only for the set-up, and only on the socket
start_for_setup() {
	"$@" --skip-networking --default-time-zone=SYSTEM --socket="${SOCKET}" --wsrep_on=OFF \
		--expire-logs-days=0 --loose-innodb_buffer_pool_load_at_startup=0 &
	declare -g SETUP_PID
	SETUP_PID=$!
	note "waiting for server startup"
	local i
	for i in {30..0}; do
		if run_sql --database=mysql <<<'SELECT 1' &> /dev/null; then
			break
		fi
		sleep 1
	done
	if [ "$i" = 0 ]; then
		fail "unable to start server."
	fi
}

stop_after_setup() {
	kill "$SETUP_PID"
	wait "$SETUP_PID"
}

run_init_files() {
	local f
	for f; do
		case "$f" in
			*.sh) note "running $f"; . "$f" ;;
			*.sql) note "running $f"; run_sql < "$f" ;;
			*.sql.gz) note "running $f"; gunzip -c "$f" | run_sql ;;
			*) note "ignoring $f" ;;
		esac
	done
}

main() {
	if [ "${1:0:1}" = '-' ]; then
		set -- mariadbd "$@"
	fi

	if { [ "$1" = 'mariadbd' ] || [ "$1" = 'mysqld' ]; } && ! asks_for_help "$@"; then
		note "Entrypoint script for MariaDB Server ${MARIADB_VERSION} started."
		declare -g DATADIR SOCKET
		DATADIR="$(setting_of 'datadir' "$@")"
		SOCKET="$(setting_of 'socket' "$@")"
		mkdir -p "$DATADIR"

		if [ "$(id -u)" = "0" ]; then
			find "$DATADIR" \! -user mysql -exec chown mysql: '{}' +
			note "Switching to dedicated user 'mysql'"
			exec gosu mysql "${BASH_SOURCE[0]}" "$@"
		fi

		if [ ! -d "$DATADIR/mysql" ]; then
			mariadb-install-db --datadir="$DATADIR" --skip-test-db --auth-root-authentication-method=normal
			start_for_setup "$@"
			run_init_files /docker-entrypoint-initdb.d/*
			stop_after_setup
			note "MariaDB init process done. Ready for start up."
		elif [ -n "$MARIADB_AUTO_UPGRADE" ]; then
			start_for_setup "$@"
			mariadb-upgrade --upgrade-system-tables
			stop_after_setup
		fi
	fi
	exec "$@"
}

# If we are sourced from elsewhere, do nothing
if ! [ "${#FUNCNAME[@]}" -ge 2 ]; then
	main "$@"
fi
