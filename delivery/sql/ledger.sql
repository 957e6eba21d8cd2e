-- The ledger: one row per message owed. Range-partitioned by month on run_day, so that a month can
-- be dropped at once and the indexes of a day stay small (planning day 10: 12.4 s against 21.5 s for
-- a million rows in one table).
--
-- No foreign keys out of it: four of them made planning 3.3 times slower. The planner's join
-- guarantees them, and the nightly invariants prove it. None into it: a receipt carries run_day + id.
CREATE SEQUENCE delivery_delivery_id_seq AS bigint;

CREATE TABLE delivery_delivery (
    run_day          date        NOT NULL,
    id               bigint      NOT NULL DEFAULT nextval('delivery_delivery_id_seq'),
    municipality_id  bigint      NOT NULL,
    subscription_id  bigint      NOT NULL,
    endpoint_id      bigint      NOT NULL,
    course_id        bigint      NOT NULL,
    text_id          bigint      NOT NULL,
    edition_id       bigint      NOT NULL,
    request_id       bigint,
    not_before       timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    lease_until      timestamptz,
    first_attempt_at timestamptz,
    settled_at       timestamptz,
    anchor           date        NOT NULL,
    attempts         smallint    NOT NULL DEFAULT 0,
    claims           smallint    NOT NULL DEFAULT 0,
    kind             text        NOT NULL,
    channel          text        NOT NULL,
    state            text        NOT NULL DEFAULT 'planned',
    reason           text        NOT NULL DEFAULT '',
    lease_owner      text,
    provider_id      text        NOT NULL DEFAULT '',
    PRIMARY KEY (run_day, id),
    CONSTRAINT delivery_state CHECK (state IN
        ('planned', 'claimed', 'sending', 'sent', 'unclear', 'failed', 'skipped')),
    -- Who holds a row, and until when, is known exactly while it is held.
    CONSTRAINT delivery_lease CHECK ((state IN ('claimed', 'sending')) = (lease_owner IS NOT NULL)
        AND (lease_owner IS NULL) = (lease_until IS NULL)),
    CONSTRAINT delivery_settled CHECK ((settled_at IS NOT NULL) = (state IN ('sent', 'failed', 'skipped'))),
    -- Nothing ends without a reason but success.
    CONSTRAINT delivery_reason CHECK (state NOT IN ('failed', 'skipped', 'unclear') OR reason <> ''),
    CONSTRAINT delivery_attempted CHECK (state NOT IN ('sending', 'sent', 'unclear') OR first_attempt_at IS NOT NULL)
) PARTITION BY RANGE (run_day);

ALTER SEQUENCE delivery_delivery_id_seq OWNED BY delivery_delivery.id;

-- Planning twice adds nothing. run_day first: 96,000 against 70,000 rows a second on day 10.
CREATE UNIQUE INDEX delivery_once ON delivery_delivery
    (run_day, municipality_id, subscription_id, endpoint_id, text_id);
CREATE INDEX delivery_claim ON delivery_delivery (municipality_id, channel, id) WHERE state = 'planned';
CREATE INDEX delivery_lease ON delivery_delivery (municipality_id, lease_until)
    WHERE state IN ('claimed', 'sending');

-- A month's partition, made when the first run of that month opens. Security definer, because the
-- application's role may not create tables; it takes a date and nothing that could be SQL. pg_temp
-- last: unnamed it comes first for types, and a temporary domain called "date" would run its check
-- with the owner's rights (tried: it did).
CREATE FUNCTION delivery_ensure_month(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    first date := date_trunc('month', day);
    name text := 'delivery_delivery_' || to_char(first, 'YYYY_MM');
BEGIN
    IF to_regclass('public.' || name) IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtext('delivery_ensure_month'));
        IF to_regclass('public.' || name) IS NULL THEN
            EXECUTE format(
                'CREATE TABLE public.%I PARTITION OF public.delivery_delivery FOR VALUES FROM (%L) TO (%L)',
                name, first, (first + interval '1 month')::date);
        END IF;
    END IF;
END $$;
REVOKE ALL ON FUNCTION delivery_ensure_month(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION delivery_ensure_month(date) TO kizuna_app;

-- Statistics of a month's partition, taken anew when it has grown by a fifth. Until then the server
-- believes that the day has one row and reads a whole city for each row it claims: 7 s for 500 of
-- 15,000, against 0.1 s. Waiting for autovacuum costs a minute of every morning. Security definer,
-- because only the owner may do it before PostgreSQL 17.
CREATE FUNCTION delivery_refresh_statistics(day date, added bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name text := 'public.delivery_delivery_' || to_char(day, 'YYYY_MM');
    known real := (SELECT reltuples FROM pg_class WHERE oid = to_regclass(name));
BEGIN
    IF added > greatest(coalesce(known, 0) / 5, 500) THEN
        EXECUTE 'ANALYZE ' || name;
    END IF;
END $$;
REVOKE ALL ON FUNCTION delivery_refresh_statistics(date, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION delivery_refresh_statistics(date, bigint) TO kizuna_app;
GRANT USAGE ON SEQUENCE delivery_delivery_id_seq TO kizuna_app;
