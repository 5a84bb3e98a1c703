#!/usr/bin/env bash
set -Eeo pipefail

# usage: setting VAR [DEFAULT]: VAR, or the contents of the file that VAR_FILE names
setting() {
	local var="$1"
	local fromFile="${var}_FILE"
	local def="${2:-}"
	if [ "${!var:-}" ] && [ "${!fromFile:-}" ]; then
		printf >&2 'only one of %s and %s can be set\n' "$var" "$fromFile"
		exit 1
	fi
	local val="$def"
	if [ "${!var:-}" ]; then
		val="${!var}"
	elif [ "${!fromFile:-}" ]; then
		val="$(< "${!fromFile}")"
	fi
	export "$var"="$val"
	unset "$fromFile"
}

# whether this file is sourced, so that others can use its functions
is_sourced() {
	[ "${#FUNCNAME[@]}" -ge 2 ] \
		&& [ "${FUNCNAME[0]}" = 'is_sourced' ] \
		&& [ "${FUNCNAME[1]}" = 'source' ]
}

make_directories() {
	local user; user="$(id -u)"
	mkdir -p "$PGDATA"
	chmod 00700 "$PGDATA" || :
	mkdir -p /var/run/postgresql || :
	if [ "$user" = '0' ]; then
		find "$PGDATA" \! -user postgres -exec chown postgres '{}' +
	fi
}

create_cluster() {
	eval 'initdb --username="$POSTGRES_USER" --pwfile=<(printf "%s\n" "$POSTGRES_PASSWORD") '"$POSTGRES_INITDB_ARGS"' "$@"'
}

run_init_files() {
	printf '\n'
	local f
	for f; do
		case "$f" in
			*.sh)
				if [ -x "$f" ]; then
					printf '%s: running %s\n' "$0" "$f"
					"$f"
				else
					printf '%s: sourcing %s\n' "$0" "$f"
					. "$f"
				fi
				;;
			*.sql)     printf '%s: running %s\n' "$0" "$f"; run_sql -f "$f"; printf '\n' ;;
			*.sql.gz)  printf '%s: running %s\n' "$0" "$f"; gunzip -c "$f" | run_sql; printf '\n' ;;
			*)         printf '%s: ignoring %s\n' "$0" "$f" ;;
		esac
		printf '\n'
	done
}

run_sql() {
	local client=( psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password --no-psqlrc )
	if [ -n "$POSTGRES_DB" ]; then
		client+=( --dbname "$POSTGRES_DB" )
	fi
	PGHOST= PGHOSTADDR= "${client[@]}" "$@"
}

read_settings() {
	setting 'POSTGRES_PASSWORD'
	setting 'POSTGRES_USER' 'postgres'
	setting 'POSTGRES_DB' "$POSTGRES_USER"
	: "${POSTGRES_HOST_AUTH_METHOD:=}"
	declare -g HAS_DATA
	: "${HAS_DATA:=}"
	if [ -s "$PGDATA/PG_VERSION" ]; then
		HAS_DATA='true'
	fi
}

# nobody else reaches it while it is set up
start_for_setup() {
	if [ "$1" = 'postgres' ]; then
		shift
	fi
	set -- "$@" -c listen_addresses='' -p "${PGPORT:-5432}"
	PGUSER="${PGUSER:-$POSTGRES_USER}" \
	pg_ctl -D "$PGDATA" -o "$(printf '%q ' "$@")" -w start
}

stop_after_setup() {
	PGUSER="${PGUSER:-postgres}" \
	pg_ctl -D "$PGDATA" -m fast -w stop
}

asks_for_help() {
	local arg
	for arg; do
		case "$arg" in
			-'?'|--help|--describe-config|-V|--version)
				return 0
				;;
		esac
	done
	return 1
}

main() {
	if [ "${1:0:1}" = '-' ]; then
		set -- postgres "$@"
	fi

	if [ "$1" = 'postgres' ] && ! asks_for_help "$@"; then
		read_settings
		make_directories
		if [ "$(id -u)" = '0' ]; then
			# restart this script as the server's own user
			exec su-exec postgres "$BASH_SOURCE" "$@"
		fi

		if [ -z "$HAS_DATA" ]; then
			ls /docker-entrypoint-initdb.d/ > /dev/null
			create_cluster
			export PGPASSWORD="${PGPASSWORD:-$POSTGRES_PASSWORD}"
			start_for_setup "$@"
			run_init_files /docker-entrypoint-initdb.d/*
			stop_after_setup
			unset PGPASSWORD
			printf '\nready to start up\n\n'
		else
			printf '\nthere is a database already\n\n'
		fi
	fi

	exec "$@"
}

if ! is_sourced; then
	main "$@"
fi
