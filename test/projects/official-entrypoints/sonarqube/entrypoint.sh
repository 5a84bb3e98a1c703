#!/usr/bin/env bash
set -euo pipefail

DEFAULT_CMD=('/opt/java/openjdk/bin/java' '-jar' 'lib/sonarqube.jar' '-Dsonar.log.console=true')

# without a command, the server; options are put behind it
if [ "$#" == 0 ]; then
  set -- "${DEFAULT_CMD[@]}"
fi
if [ "${1:0:1}" = '-' ]; then
  set -- "${DEFAULT_CMD[@]}" "$@"
fi

exec "$@"
