-- The rights inside one EC3L database. Run in that database as its owner (ec3l_owner), after roles.sql.

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO ec3l_app, ec3l_backup, ec3l_dispatcher;
-- PostgreSQL asks that the new owner of a function may create in its schema.
GRANT CREATE ON SCHEMA public TO ec3l_dispatcher;
