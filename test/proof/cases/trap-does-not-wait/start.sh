#!/bin/sh

trap 'kill -TERM $server' TERM

puma --bind tcp://0.0.0.0:8000 --threads 32:32 config.ru &
server=$!
wait $server
