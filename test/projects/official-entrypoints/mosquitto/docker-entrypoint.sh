#!/bin/ash
set -e

user="$(id -u)"
if [ "$PUID" = "" ]; then PUID=1883; fi
if [ "$user" = '0' ]; then
	[ -d "/mosquitto" ] && chown -R "$PUID" /mosquitto || true
fi

exec "$@"
