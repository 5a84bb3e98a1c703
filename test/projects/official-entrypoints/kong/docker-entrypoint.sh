#!/usr/bin/env bash
set -Eeo pipefail

# a value may stand in a file
file_env() {
  local var="$1"
  local fileVar="${var}_FILE"
  local def="${2:-}"
  if [[ ${!var:-} && ${!fileVar:-} ]]; then
    return
  fi
  local val="$def"
  if [[ ${!var:-} ]]; then
    val="${!var}"
  elif [[ ${!fileVar:-} ]]; then
    val="$(< "${!fileVar}")"
  fi
  if [[ -n $val ]]; then
    export "$var"="$val"
  fi
  unset "$fileVar"
}

export KONG_NGINX_DAEMON=${KONG_NGINX_DAEMON:=off}

if [[ "$1" == "kong" ]]; then
  all_kong_options="/usr/local/share/lua/5.1/kong/templates/kong_defaults.lua"
  set +Eeo pipefail
  while IFS='' read -r LINE || [ -n "${LINE}" ]; do
    opt=$(echo "$LINE" | grep "=" | sed "s/=.*$//" | sed "s/ //" | tr '[:lower:]' '[:upper:]')
    file_env "KONG_$opt"
  done < "$all_kong_options"
  set -Eeo pipefail

  file_env KONG_PASSWORD
  PREFIX=${KONG_PREFIX:=/usr/local/kong}

  if [[ "$2" == "docker-start" ]]; then
    kong prepare -p "$PREFIX" "${@:3}"

    # sockets of an earlier run
    rm -f "$PREFIX/stream_worker_events.sock"

    ln -sfn /dev/stdout "$PREFIX/logs/access.log"
    ln -sfn /dev/stderr "$PREFIX/logs/error.log"

    exec /usr/local/openresty/nginx/sbin/nginx \
      -p "$PREFIX" \
      -c nginx.conf
  fi
fi

exec "$@"
