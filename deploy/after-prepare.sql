-- Once, as the administrator, after `mash prepare`.  Safe to repeat.
-- Behind PgBouncer no option comes with a connection, so what a page waits for a lock stands with the role.
ALTER ROLE mash_app SET lock_timeout = '5s';
ALTER ROLE mash_app SET statement_timeout = '60s';
ALTER ROLE mash_app SET idle_in_transaction_session_timeout = '2min';
ALTER ROLE mash_app CONNECTION LIMIT 60;
ALTER ROLE mash_worker CONNECTION LIMIT 30;
ALTER ROLE mash_migrate CONNECTION LIMIT 2;
ALTER ROLE mash_backup CONNECTION LIMIT 6;
