#!/bin/sh
set -e

# options alone
if [ "${1#-}" != "$1" ]; then
    set -- traefik "$@"
fi

# a command of its own, or one of the shell's
if traefik "$1" --help >/dev/null 2>&1
then
    set -- traefik "$@"
else
    echo "= '$1' is none of traefik's commands" 1>&2
fi

exec "$@"
