#!/bin/bash
set -e

if [ "${1:0:1}" = '-' ]; then
    set -- telegraf "$@"
fi

if [ $EUID -ne 0 ]; then
    exec "$@"
else
    # for plugins that open raw sockets
    setcap cap_net_raw,cap_net_bind_service+ep /usr/bin/telegraf || echo "Failed to set additional capabilities"

    groups="telegraf"
    extra_groups="$(id -Gn || true)"
    if [ -n "$extra_groups" ]; then
        for group in $extra_groups; do
            if [ -z "$group" ]; then
                continue
            fi
            groups="$groups,$group"
        done
    fi
    exec setpriv --reuid telegraf --regid telegraf --groups "$groups" "$@"
fi
