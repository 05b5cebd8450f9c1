#!/bin/bash
# serve.sh start | stop | pids | hold N : the newsroom as the benchmark's target, in the shape in which it is deployed.
# The benchmark's env.sh is loaded (pg_sql, spawn, stop, wait_http); NEWSROOM is this checkout, PYTHON its interpreter.
set -eu
# shellcheck disable=SC1091
. "$KIT/env.sh"
PYTHON="${PYTHON:-python3}" PORT=58086
cd "$NEWSROOM"
export DATABASE_URL="postgres://postgres@127.0.0.1:$PG_PORT/newsroom" SECRET_KEY=bench SEAL_KEY=bench DEMO_PASSWORD=bench-pass-1
export ALLOWED_HOSTS=127.0.0.1 SITE_URL="http://127.0.0.1:$PORT" EMAIL_URL=file:///"$PEERS_WORK/newsroom-mail" LOG_LEVEL=WARNING
# All clients of the benchmark are on one network. Each form is counted all the same, so that counting costs what it costs.
export COMMENT_FORMS_PER_NETWORK=1000000
export DJANGO_SETTINGS_MODULE=newsroom.settings
manage() { "$PYTHON" manage.py "$@"; }

case "$1" in
start)
  bash "$KIT/db_postgres.sh" >/dev/null
  if ! pg_sql -c "select 1 from pg_database where datname = 'newsroom'" postgres | grep -q 1; then
    pg_sql -c "create database newsroom" postgres
    manage make_newsroom
    manage collectstatic --noinput -v 0
    pg_sql -c "vacuum analyze" newsroom
  fi
  spawn newsroom "$PYTHON" -m gunicorn newsroom.wsgi --workers 2 --no-control-socket --bind "127.0.0.1:$PORT"
  spawn newsroom-mail nice -n 10 "$PYTHON" manage.py db_worker  # as docs/deployment.md has it
  wait_http "http://127.0.0.1:$PORT/readyz"
  # Beside it, for newsroom_cached.toml: nginx as docs/nginx.conf has it, in front of the same workers.
  if command -v nginx >/dev/null; then
    spawn newsroom-nginx "$PYTHON" -m tests.bench.front --origin "$PORT" --port 58096 --folder "$PEERS_WORK/newsroom-nginx"
    wait_http "http://127.0.0.1:58096/healthz"
  fi
  ;;
stop) stop newsroom-nginx newsroom newsroom-mail ;;
pids) cat "$RUN/newsroom.pid" ;;
hold) manage make_newsroom --held "$2"; pg_sql -c "vacuum analyze" newsroom ;;
*) echo "serve.sh start | stop | pids | hold N" >&2; exit 2 ;;
esac
