#!/bin/sh
set -eu
if [ "${1#-}" != "$1" ]; then
  set -- mysqld "$@"
fi
if [ "$1" = mysqld ] && [ "$(id -u)" = 0 ]; then
  chown -R mysql /var/lib/mysql
  exec setpriv --reuid=mysql --regid=mysql --clear-groups "$0" "$@"
fi
exec "$@"
