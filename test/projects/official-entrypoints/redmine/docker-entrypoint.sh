#!/bin/bash
set -Eeo pipefail

isLikelyRedmine=
case "$1" in
	rails | rake | thin ) isLikelyRedmine=1 ;;
esac

_fix_permissions() {
	local dirs=( config log public/plugin_assets tmp ) args=()
	if [ "$(id -u)" = '0' ]; then
		args+=( ${args[@]:+,} '(' '!' -user redmine -exec chown redmine:redmine '{}' + ')' )
	fi
	find "${dirs[@]}" '(' '!' '(' -user redmine ')' ')' -exec true '{}' +
}

# allow the container to be started with `--user`
if [ -n "$isLikelyRedmine" ] && [ "$(id -u)" = '0' ]; then
	_fix_permissions
	exec gosu redmine "$BASH_SOURCE" "$@"
fi

if [ -n "$isLikelyRedmine" ]; then
	_fix_permissions
	if [ ! -f './config/database.yml' ]; then
		adapter='sqlite3'
		export RAILS_ENV="${RAILS_ENV:-production}"
		{
			echo "$RAILS_ENV:"
			for var in adapter; do
				echo "  $var: ${!var}"
			done
		} > config/database.yml
	fi

	bundle check || bundle install

	if [ "$1" != 'rake' -a -z "$REDMINE_NO_DB_MIGRATE" ]; then
		rake db:migrate
	fi

	# a file of an earlier run
	rm -f tmp/pids/server.pid
fi

exec "$@"
