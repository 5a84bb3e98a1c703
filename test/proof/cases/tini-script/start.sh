#!/bin/sh
set -e

echo "Starting"
puma --bind tcp://0.0.0.0:8000 --threads 32:32 config.ru
