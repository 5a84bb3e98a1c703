#!/bin/bash

trap "passenger-status; echo 'SIGTERM received, sleeping 30 seconds'; sleep 30; echo 'Stopping Passenger'; passenger stop --port 5000; exit 0" TERM

./script/appcontrol.sh
