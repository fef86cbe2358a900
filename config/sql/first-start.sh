#!/bin/sh
# Run once by the PostgreSQL image on an empty volume: roles, their passwords, the database and its rights.
set -eu

psql -v ON_ERROR_STOP=1 -U postgres -d postgres -f /ec3l/sql/roles.sql
psql -v ON_ERROR_STOP=1 -U postgres -d postgres \
    -v owner="$OWNER_PASSWORD" -v app="$APP_PASSWORD" -v backup="$BACKUP_PASSWORD" <<'SQL'
ALTER ROLE ec3l_owner PASSWORD :'owner';
ALTER ROLE ec3l_app PASSWORD :'app';
ALTER ROLE ec3l_backup PASSWORD :'backup';
CREATE DATABASE ec3l OWNER ec3l_owner;
SQL
psql -v ON_ERROR_STOP=1 -U postgres -d ec3l -c 'SET ROLE ec3l_owner' -f /ec3l/sql/database.sql
