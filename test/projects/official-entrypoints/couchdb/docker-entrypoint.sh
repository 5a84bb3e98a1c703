#!/bin/bash
set -e

if [ "${1:0:1}" = '-' ]; then
	set -- /opt/couchdb/bin/couchdb "$@"
fi

if [ "$1" = '/opt/couchdb/bin/couchdb' ]; then
	touch /opt/couchdb/etc/local.d/docker.ini

	if [ "$(id -u)" = '0' ]; then
		find /opt/couchdb \! \( -user couchdb -group couchdb \) -exec chown -f couchdb:couchdb '{}' +
		find /opt/couchdb/etc -type d ! -perm 0755 -exec chmod -f 0755 '{}' +
	fi

	if [ ! -z "$NODENAME" ] && ! grep "couchdb@" /opt/couchdb/etc/vm.args; then
		echo "-name couchdb@$NODENAME" >> /opt/couchdb/etc/vm.args
	fi

	if [ "$COUCHDB_USER" ] && [ "$COUCHDB_PASSWORD" ]; then
		printf "\n[admins]\n%s = %s\n" "$COUCHDB_USER" "$COUCHDB_PASSWORD" >> /opt/couchdb/etc/local.d/docker.ini
	fi

	if [ "$(id -u)" = '0' ]; then
		exec gosu couchdb "$@"
	fi
fi

exec "$@"
