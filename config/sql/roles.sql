-- The four database roles of EC3L. Run as a superuser (or a role with CREATEROLE and the right to grant
-- pg_read_all_data), in any database of the cluster; running it again changes nothing.
-- Passwords are set apart from this file: ALTER ROLE ec3l_owner PASSWORD '...'; and the same for ec3l_app, ec3l_backup.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ec3l_owner') THEN
        CREATE ROLE ec3l_owner;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ec3l_app') THEN
        CREATE ROLE ec3l_app;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ec3l_backup') THEN
        CREATE ROLE ec3l_backup;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ec3l_dispatcher') THEN
        CREATE ROLE ec3l_dispatcher;
    END IF;
END
$$;

-- Migrates and makes partitions; forced row-level security holds for it too.
ALTER ROLE ec3l_owner LOGIN CREATEDB NOCREATEROLE NOBYPASSRLS;
-- A migration that has to wait for a lock fails instead of holding up everybody behind it.
ALTER ROLE ec3l_owner SET lock_timeout = '10s';
-- Web, workers and tests: owns nothing.
ALTER ROLE ec3l_app LOGIN NOCREATEDB NOCREATEROLE NOBYPASSRLS;
ALTER ROLE ec3l_app SET idle_in_transaction_session_timeout = '60s';
-- Reads everything, for backups.
ALTER ROLE ec3l_backup LOGIN NOCREATEDB NOCREATEROLE BYPASSRLS;
GRANT pg_read_all_data TO ec3l_backup;
-- Owns the claim functions of the queues; nobody logs in as it.
ALTER ROLE ec3l_dispatcher NOLOGIN NOCREATEDB NOCREATEROLE NOBYPASSRLS;
-- The owner hands functions over to the dispatcher, and must be able to become it for that.
GRANT ec3l_dispatcher TO ec3l_owner;
