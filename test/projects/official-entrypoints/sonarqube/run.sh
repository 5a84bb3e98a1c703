#!/bin/bash
set -e

if [ "${1:0:1}" != '-' ]; then
  exec "$@"
fi

declare -a sq_opts

while IFS='=' read -r envvar_key envvar_value
do
    if [[ "$envvar_key" =~ sonar.* ]] || [[ "$envvar_key" =~ ldap.* ]]; then
        sq_opts+=("-D${envvar_key}=${envvar_value}")
    fi
done < <(env)

exec java -jar lib/sonar-application.jar "${sq_opts[@]}" "$@"
