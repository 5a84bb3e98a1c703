#!/bin/sh
# vim:sw=4:ts=4:et

set -e

say() {
    if [ -z "${QUIET:-}" ]; then
        echo "$@"
    fi
}

if [ "$1" = "nginx" ] || [ "$1" = "nginx-debug" ]; then
    if /usr/bin/find "/docker-entrypoint.d/" -mindepth 1 -maxdepth 1 -type f -print -quit 2>/dev/null | read v; then
        say "$0: there are files in /docker-entrypoint.d/"

        say "$0: their turn comes in the order of their names"
        find "/docker-entrypoint.d/" -follow -type f -print | sort -V | while read -r f; do
            case "$f" in
                *.envsh)
                    if [ -x "$f" ]; then
                        say "$0: $f (sourced)";
                        . "$f"
                    else
                        say "$0: $f cannot be run";
                    fi
                    ;;
                *.sh)
                    if [ -x "$f" ]; then
                        say "$0: $f";
                        "$f"
                    else
                        say "$0: $f cannot be run";
                    fi
                    ;;
                *) say "$0: $f is left alone";;
            esac
        done

        say "$0: configured"
    else
        say "$0: nothing to configure"
    fi
fi

exec "$@"
