#!/bin/bash
set -euo pipefail

# as root: hand over to the server's own user
if [[ "$1" == rabbitmq* ]] && [ "$(id -u)" = '0' ]; then
	if [ "$1" = 'rabbitmq-server' ]; then
		find /var/lib/rabbitmq \! -user rabbitmq -exec chown rabbitmq '{}' +
	fi

	exec gosu rabbitmq "$BASH_SOURCE" "$@"
fi

outdatedSettings=(
	RABBITMQ_DEFAULT_PASS_FILE
	RABBITMQ_DEFAULT_USER_FILE
)
outdated=
for old in "${outdatedSettings[@]}"; do
	if [ -n "${!old:-}" ]; then
		echo >&2 "$old is not read any more"
		outdated=1
	fi
done
if [ -n "$outdated" ]; then
	echo >&2 'set the new ones instead'
	exit 1
fi

# a host with a domain is called by its whole name
if [ -z "${RABBITMQ_USE_LONGNAME:-}" ] && [ "$(hostname)" != "$(hostname -s)" ]; then
	: "${RABBITMQ_USE_LONGNAME:=true}"
	export RABBITMQ_USE_LONGNAME
fi

exec "$@"
