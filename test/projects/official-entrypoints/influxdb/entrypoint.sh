#!/bin/bash
set -eo pipefail

declare -r BOLT_PATH=/var/lib/influxdb2/influxd.bolt

function log () {
    local -r level=$1 msg=$2
    echo "{\"level\": \"$level\", \"msg\": \"$msg\"}" >&2
}

function user_fallback () {
    if [ "$(id -u)" = '0' ]; then
        chown -R influxdb /var/lib/influxdb2
        exec gosu influxdb "${BASH_SOURCE[0]}" "$@"
    fi
}

# for the set-up, on a port of its own
function init_influxd () {
    INFLUXD_HTTP_BIND_ADDRESS=":9999" influxd "$@" &
    local -r influxd_init_pid=$!
    trap 'kill ${influxd_init_pid}; exit 1' SIGTERM SIGINT
    local ping_count=0
    while ! influx ping --host http://localhost:9999 >/dev/null 2>&1; do
        sleep 1
        ping_count=$((ping_count+1))
        if [ $ping_count -gt 30 ]; then
            log error "not up in time"
            exit 1
        fi
    done
    influx setup --force --host http://localhost:9999
    kill ${influxd_init_pid}
    wait ${influxd_init_pid} || true
    trap - SIGTERM SIGINT
}

function main () {
    if [[ "$1" = -* ]]; then
        set -- influxd "$@"
    fi
    if [ "$1" != influxd ]; then
        exec "$@"
    fi
    user_fallback "$@"
    shift
    if [ "${DOCKER_INFLUXDB_INIT_MODE}" = setup ] && [ ! -f "$BOLT_PATH" ]; then
        init_influxd "$@"
    fi
    exec influxd "$@"
}

main "$@"
