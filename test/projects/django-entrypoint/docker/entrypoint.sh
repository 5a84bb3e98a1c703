#!/bin/sh
set -e

echo "Waiting for the database"
until python manage.py check --database default; do
  sleep 1
done

python manage.py migrate --noinput
python manage.py collectstatic --noinput

gunicorn shop.wsgi:application --bind 0.0.0.0:8000 --workers 3 --timeout 60
