-- The four roles of Kizuna, for the embedded server, docker compose and any server of your own.
-- Run by a superuser or a role with CREATEROLE; running it again changes nothing.
-- Passwords are set by whoever runs it: ALTER ROLE kizuna_app PASSWORD '…'.
--
--   kizuna_owner     owns the database and its tables, runs migrations, makes the test database
--   kizuna_app       web, workers, tests. Neither owner nor superuser: row-level security binds it
--   kizuna_npo       entered by SET LOCAL ROLE: reads facts and content of all municipalities
--   kizuna_dispatch  entered by SET LOCAL ROLE: sees which municipality has work due
--
-- An attribute is altered only where it differs: ALTER … NOSUPERUSER needs a superuser even when
-- it changes nothing, and a managed server gives nobody that.

DO $$
DECLARE
    wanted record;
    is_now record;
BEGIN
    FOR wanted IN
        SELECT *
        FROM (VALUES
            ('kizuna_owner',    true,  true,  true),
            ('kizuna_app',      true,  false, false),
            ('kizuna_npo',      false, false, true),
            ('kizuna_dispatch', false, false, true)
        ) AS roles (name, login, createdb, inherit)
    LOOP
        SELECT * INTO is_now FROM pg_roles WHERE rolname = wanted.name;
        IF NOT FOUND THEN
            EXECUTE format(
                'CREATE ROLE %I %s %s %s NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS',
                wanted.name,
                CASE WHEN wanted.login THEN 'LOGIN' ELSE 'NOLOGIN' END,
                CASE WHEN wanted.createdb THEN 'CREATEDB' ELSE 'NOCREATEDB' END,
                CASE WHEN wanted.inherit THEN 'INHERIT' ELSE 'NOINHERIT' END
            );
            CONTINUE;
        END IF;
        -- A role under which row-level security is silent must not survive a second run.
        IF is_now.rolsuper THEN
            EXECUTE format('ALTER ROLE %I NOSUPERUSER', wanted.name);
        END IF;
        IF is_now.rolbypassrls THEN
            EXECUTE format('ALTER ROLE %I NOBYPASSRLS', wanted.name);
        END IF;
        IF is_now.rolcreaterole THEN
            EXECUTE format('ALTER ROLE %I NOCREATEROLE', wanted.name);
        END IF;
        IF is_now.rolreplication THEN
            EXECUTE format('ALTER ROLE %I NOREPLICATION', wanted.name);
        END IF;
        IF is_now.rolcanlogin <> wanted.login THEN
            EXECUTE format('ALTER ROLE %I %s', wanted.name,
                CASE WHEN wanted.login THEN 'LOGIN' ELSE 'NOLOGIN' END);
        END IF;
        IF is_now.rolcreatedb <> wanted.createdb THEN
            EXECUTE format('ALTER ROLE %I %s', wanted.name,
                CASE WHEN wanted.createdb THEN 'CREATEDB' ELSE 'NOCREATEDB' END);
        END IF;
        IF is_now.rolinherit <> wanted.inherit THEN
            EXECUTE format('ALTER ROLE %I %s', wanted.name,
                CASE WHEN wanted.inherit THEN 'INHERIT' ELSE 'NOINHERIT' END);
        END IF;
    END LOOP;

    -- kizuna_app may step into the two, and has none of their rights before it does. From 16 on
    -- the grant itself says so; on 15 its NOINHERIT does.
    IF current_setting('server_version_num')::int >= 160000 THEN
        EXECUTE 'GRANT kizuna_npo, kizuna_dispatch TO kizuna_app WITH INHERIT FALSE, SET TRUE';
    ELSE
        GRANT kizuna_npo, kizuna_dispatch TO kizuna_app;
    END IF;
END
$$;
