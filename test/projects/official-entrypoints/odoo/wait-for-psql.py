#!/usr/bin/env python3
import sys
import time

import psycopg2

for attempt in range(30):
    try:
        psycopg2.connect(dbname='postgres').close()
        sys.exit(0)
    except psycopg2.OperationalError:
        time.sleep(1)
sys.exit(1)
