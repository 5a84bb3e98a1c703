#!/bin/bash

case "$(uname)" in
    CYGWIN*) IS_CYGWIN="true" ;;
    *) IS_CYGWIN="false" ;;
esac

RESOLVED_NAME="$0"
while [ -h "$RESOLVED_NAME" ]; do
    ls="$(ls -ld "$RESOLVED_NAME")"
    link="${ls##*-> }"
    RESOLVED_NAME="$(dirname "$RESOLVED_NAME")/$link"
done
DIRNAME="$(dirname "$RESOLVED_NAME")"

esceval() {
    printf '%s\n' "$1" | sed "s/'/'\\\\''/g; 1 s/^/'/; $ s/$/'/"
}

DEBUG_MODE="${DEBUG:-false}"
CONFIG_ARGS=${CONFIG_ARGS:-""}

while [ "$#" -gt 0 ]
do
    case "$1" in
      --debug)
          DEBUG_MODE=true
          ;;
      start-dev)
          CONFIG_ARGS="$CONFIG_ARGS --profile=dev $1"
          ;;
      -D*)
          SERVER_OPTS="$SERVER_OPTS ${1}"
          ;;
      *)
          OPT=$(esceval "$1")
          CONFIG_ARGS="$CONFIG_ARGS $OPT"
          ;;
    esac
    shift
done

if [ -z "$JAVA" ]; then
    if [ -n "$JAVA_HOME" ]; then
        JAVA="$JAVA_HOME/bin/java"
    else
        JAVA="java"
    fi
fi

if [ -z "$JAVA_OPTS" ]; then
    JAVA_OPTS="-XX:MetaspaceSize=96M -Dfile.encoding=UTF-8"
fi

JAVA_RUN_OPTS="$JAVA_OPTS $SERVER_OPTS -Dkc.home.dir='$DIRNAME/..' -cp '$DIRNAME/../lib/quarkus-run.jar' io.quarkus.bootstrap.runner.QuarkusEntryPoint $CONFIG_ARGS"

if [ "$PRINT_ENV" = "true" ]; then
    echo "Using JAVA_OPTS: $JAVA_OPTS"
fi

eval exec "'$JAVA'" "$JAVA_RUN_OPTS"
