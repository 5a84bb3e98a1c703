#!/bin/bash -eu

cmd="$1"

running_as_root() {
    test "$(id -u)" = "0"
}

if running_as_root; then
    userid="neo4j"
    groupid="neo4j"
    exec_cmd="exec gosu neo4j:neo4j"
else
    userid="$(id -u)"
    groupid="$(id -g)"
    exec_cmd="exec"
fi
readonly userid
readonly groupid
readonly exec_cmd

if running_as_root; then
    chown -R "${userid}":"${groupid}" /var/lib/neo4j
fi

# settings of the environment
: ${NEO4J_server_default__listen__address:="0.0.0.0"}
for i in $( set | grep ^NEO4J_ | awk -F'=' '{print $1}' | sort -rn ); do
    setting=$(echo "${i}" | sed 's|^NEO4J_||' | sed 's|_|.|g' | sed 's|\.\.|_|g')
    value=$(echo "${!i}")
    if [[ -n ${value} ]] && grep -q -F "${setting}=" /var/lib/neo4j/conf/neo4j.conf; then
        sed --in-place "s|^${setting}=.*|${setting}=${value}|" /var/lib/neo4j/conf/neo4j.conf
    fi
done

if [ "${cmd}" == "dump-config" ]; then
    cp --recursive /var/lib/neo4j/conf/* /conf
    exit 0
fi

if [ "${cmd}" == "neo4j" ]; then
    ${exec_cmd} neo4j console
else
    ${exec_cmd} "$@"
fi
