-- A month's partition, made when the first run of that month opens. Security definer, because the
-- application's role may not create tables; it takes a date and nothing that could be SQL. pg_temp
-- last: unnamed it comes first for types, and a temporary domain called "date" would run its check
-- with the owner's rights (tried: it did).
--
-- IF NOT EXISTS looks again, with a lock on the schema, after the wait for another planner. A second
-- to_regclass() would not see what that one has made: this session has noted that there is no such
-- table, and an advisory lock brings no news of the catalogue (tried: "relation already exists").
CREATE OR REPLACE FUNCTION delivery_ensure_month(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning AS $$
DECLARE
    first date := date_trunc('month', day);
    name text := 'delivery_delivery_' || to_char(first, 'YYYY_MM');
BEGIN
    IF to_regclass('public.' || name) IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtext('delivery_ensure_month'));
        EXECUTE format(
            'CREATE TABLE IF NOT EXISTS public.%I PARTITION OF public.delivery_delivery'
            ' FOR VALUES FROM (%L) TO (%L)',
            name, first, (first + interval '1 month')::date);
    END IF;
END $$;
