-- The readers' history writes itself: a subscription that begins, changes or ends leaves spans.
--
-- Statement by statement, never row by row: a file of 100,000 readers costs one INSERT more for each
-- of its own. All functions run with the rights of whoever changes the readers' tables, inside that
-- municipality's walls. Their plans are kept for the session, and a plan made for one reader in an empty
-- table must not meet 100,000 in a full one: OFFSET 0 keeps every look-up a look-up in an index, one
-- for each subscription. Joined freely, everybody was compared with everybody (3,000 readers: 1.5 s).
--
-- The hour is the database's, at the moment of writing and not of the transaction's begin: of two
-- transactions that change one row, the later one may have begun earlier.
--
-- A reader's stop and a dead address, a birth and a new relation at the same moment: whoever changes a
-- course or an endpoint takes its subscriptions' rows first, as whoever changes a subscription has its.
-- The second waits for the first and then sees all of it. Without, it would end what is ended, or
-- take the other's new span for its own.
--
-- A new subscription, or one that moves, is not seen by whoever blocks its new endpoint meanwhile, and
-- does not see the block: it shares the endpoint's row first, in a statement of its own, so that what
-- follows reads what the other left. No ring of waiting: the one who blocks waits for subscriptions it
-- sees at that endpoint, never for one that is still on its way there. Left is who blocks in one
-- statement both the old and the new endpoint of one who moves: PostgreSQL refuses one of the two.
-- Whoever writes an endpoint and subscriptions writes the endpoint first, or two of them, each with a
-- share of it, could not go on.

-- Bring the spans of these subscriptions up to what the readers' tables say now: end those that no
-- longer say it, begin those that are missing. The arrays belong together, element by element.
CREATE OR REPLACE FUNCTION municipalities_follow_spans(towns bigint[], subscriptions bigint[]) RETURNS void
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    ending record;
BEGIN
    FOR ending IN
        SELECT coalesce(now_is.ended_by, 'erased') AS why, array_agg(span.id) AS ids
        FROM unnest(towns, subscriptions) AS touched (town, subscription)
        CROSS JOIN LATERAL (
            SELECT * FROM municipalities_readerspan
            WHERE municipality_id = touched.town AND subscription_id = touched.subscription
              AND until_at IS NULL
            OFFSET 0
        ) AS span
        LEFT JOIN LATERAL (
            SELECT
                CASE
                    WHEN s.stopped_at IS NOT NULL THEN 'stopped'
                    WHEN c.closed_at IS NOT NULL THEN 'closed'
                    WHEN e.verified_at IS NULL OR e.blocked_at IS NOT NULL THEN 'blocked'
                    ELSE 'changed' END AS ended_by,
                (s.reader_id, s.course_id, c.kind, c.anchor, c.children, e.kind, s.relation,
                 s.starts_on, (s.paused_at AT TIME ZONE 'Asia/Tokyo')::date, s.paused_until)
                IS NOT DISTINCT FROM
                (span.reader_id, span.course_id, span.kind, span.anchor, span.children, span.channel,
                 span.relation, span.starts_on, span.paused_from, span.paused_until) AS is_same
            FROM municipalities_subscription s
            JOIN municipalities_course c
                ON c.municipality_id = touched.town AND c.id = s.course_id
            JOIN municipalities_endpoint e
                ON e.municipality_id = touched.town AND e.id = s.endpoint_id
            WHERE s.municipality_id = touched.town AND s.id = touched.subscription
            OFFSET 0
        ) AS now_is ON true
        WHERE NOT coalesce(now_is.ended_by = 'changed' AND now_is.is_same, false)
        GROUP BY 1
    LOOP
        UPDATE municipalities_readerspan
        SET until_at = greatest(moment, from_at), ended_by = ending.why
        WHERE id = ANY (ending.ids) AND until_at IS NULL;
    END LOOP;

    INSERT INTO municipalities_readerspan (municipality_id, subscription_id, reader_id, course_id,
        kind, anchor, children, channel, relation, starts_on, paused_from, paused_until, from_at,
        ended_by)
    SELECT touched.town, touched.subscription, now_is.*, moment, ''
    FROM unnest(towns, subscriptions) AS touched (town, subscription)
    CROSS JOIN LATERAL (
        SELECT s.reader_id, s.course_id, c.kind, c.anchor, c.children, e.kind AS channel, s.relation,
            s.starts_on, (s.paused_at AT TIME ZONE 'Asia/Tokyo')::date, s.paused_until
        FROM municipalities_subscription s
        JOIN municipalities_course c
            ON c.municipality_id = touched.town AND c.id = s.course_id AND c.closed_at IS NULL
        JOIN municipalities_endpoint e
            ON e.municipality_id = touched.town AND e.id = s.endpoint_id
           AND e.verified_at IS NOT NULL AND e.blocked_at IS NULL
        WHERE s.municipality_id = touched.town AND s.id = touched.subscription
          AND s.stopped_at IS NULL
        OFFSET 0
    ) AS now_is
    LEFT JOIN LATERAL (
        SELECT true AS is_open FROM municipalities_readerspan
        WHERE municipality_id = touched.town AND subscription_id = touched.subscription
          AND until_at IS NULL
        OFFSET 0
    ) AS span ON true
    WHERE span.is_open IS NULL;
END $$;

-- New subscriptions: nothing can be open yet.
CREATE OR REPLACE FUNCTION municipalities_spans_begin() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    -- An endpoint of this very transaction nobody else can block: a file of new readers takes no lock.
    PERFORM FROM (
        SELECT DISTINCT municipality_id, endpoint_id FROM after ORDER BY 1, 2
    ) AS named
    CROSS JOIN LATERAL (
        SELECT FROM municipalities_endpoint
        WHERE municipality_id = named.municipality_id AND id = named.endpoint_id
          AND xmin <> pg_current_xact_id()::xid
        FOR SHARE
    ) AS held;
    INSERT INTO municipalities_readerspan (municipality_id, subscription_id, reader_id, course_id,
        kind, anchor, children, channel, relation, starts_on, paused_from, paused_until, from_at,
        ended_by)
    SELECT s.municipality_id, s.id, s.reader_id, s.course_id, now_is.*, s.relation, s.starts_on,
        (s.paused_at AT TIME ZONE 'Asia/Tokyo')::date, s.paused_until, statement_timestamp(), ''
    FROM after s
    CROSS JOIN LATERAL (
        SELECT c.kind, c.anchor, c.children, e.kind AS channel
        FROM municipalities_course c
        JOIN municipalities_endpoint e
            ON e.municipality_id = s.municipality_id AND e.id = s.endpoint_id
           AND e.verified_at IS NOT NULL AND e.blocked_at IS NULL
        WHERE c.municipality_id = s.municipality_id AND c.id = s.course_id AND c.closed_at IS NULL
        OFFSET 0
    ) AS now_is
    WHERE s.stopped_at IS NULL;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION municipalities_spans_of_subscriptions() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    towns bigint[];
    subscriptions bigint[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT array_agg(municipality_id), array_agg(id) INTO towns, subscriptions FROM before;
    ELSE
        PERFORM FROM (
            SELECT municipality_id, endpoint_id, id FROM after
            EXCEPT
            SELECT municipality_id, endpoint_id, id FROM before
            ORDER BY 1, 2
        ) AS moved
        CROSS JOIN LATERAL (
            SELECT FROM municipalities_endpoint
            WHERE municipality_id = moved.municipality_id AND id = moved.endpoint_id
            FOR SHARE
        ) AS held;
        SELECT array_agg(municipality_id), array_agg(id) INTO towns, subscriptions
        FROM (
            SELECT municipality_id, id, reader_id, course_id, endpoint_id, relation, starts_on,
                paused_at, paused_until, stopped_at FROM after
            EXCEPT
            SELECT municipality_id, id, reader_id, course_id, endpoint_id, relation, starts_on,
                paused_at, paused_until, stopped_at FROM before
        ) AS changed;
    END IF;
    IF subscriptions IS NOT NULL THEN
        PERFORM municipalities_follow_spans(towns, subscriptions);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION municipalities_spans_of_courses() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    towns bigint[];
    subscriptions bigint[];
BEGIN
    SELECT array_agg(s.municipality_id), array_agg(s.id) INTO towns, subscriptions
    FROM (
        SELECT municipality_id, id, kind, anchor, children, closed_at FROM after
        EXCEPT
        SELECT municipality_id, id, kind, anchor, children, closed_at FROM before
    ) AS changed
    CROSS JOIN LATERAL (
        SELECT municipality_id, id FROM municipalities_subscription
        WHERE municipality_id = changed.municipality_id AND course_id = changed.id
        FOR NO KEY UPDATE
    ) AS s;
    IF subscriptions IS NOT NULL THEN
        PERFORM municipalities_follow_spans(towns, subscriptions);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION municipalities_spans_of_endpoints() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    towns bigint[];
    subscriptions bigint[];
BEGIN
    SELECT array_agg(s.municipality_id), array_agg(s.id) INTO towns, subscriptions
    FROM (
        SELECT municipality_id, id, kind, verified_at IS NULL, blocked_at IS NULL FROM after
        EXCEPT
        SELECT municipality_id, id, kind, verified_at IS NULL, blocked_at IS NULL FROM before
    ) AS changed
    CROSS JOIN LATERAL (
        SELECT municipality_id, id FROM municipalities_subscription
        WHERE municipality_id = changed.municipality_id AND endpoint_id = changed.id
        FOR NO KEY UPDATE
    ) AS s;
    IF subscriptions IS NOT NULL THEN
        PERFORM municipalities_follow_spans(towns, subscriptions);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER spans_begin AFTER INSERT ON municipalities_subscription
    REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION municipalities_spans_begin();
CREATE OR REPLACE TRIGGER spans_change AFTER UPDATE ON municipalities_subscription
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION municipalities_spans_of_subscriptions();
CREATE OR REPLACE TRIGGER spans_end AFTER DELETE ON municipalities_subscription
    REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION municipalities_spans_of_subscriptions();
CREATE OR REPLACE TRIGGER spans_change AFTER UPDATE ON municipalities_course
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION municipalities_spans_of_courses();
CREATE OR REPLACE TRIGGER spans_change AFTER UPDATE ON municipalities_endpoint
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION municipalities_spans_of_endpoints();

-- History is ended once and never rewritten: figures that were reported rest on it.
CREATE OR REPLACE FUNCTION municipalities_span_is_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'permission denied: a span is ended once and never changed'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE OR REPLACE TRIGGER span_is_history BEFORE UPDATE ON municipalities_readerspan
    FOR EACH ROW
    WHEN (OLD.until_at IS NOT NULL OR NEW.until_at IS NULL OR
        (OLD.id, OLD.municipality_id, OLD.subscription_id, OLD.reader_id, OLD.course_id, OLD.kind,
         OLD.anchor, OLD.children, OLD.channel, OLD.relation, OLD.starts_on, OLD.paused_from,
         OLD.paused_until, OLD.from_at)
        IS DISTINCT FROM
        (NEW.id, NEW.municipality_id, NEW.subscription_id, NEW.reader_id, NEW.course_id, NEW.kind,
         NEW.anchor, NEW.children, NEW.channel, NEW.relation, NEW.starts_on, NEW.paused_from,
         NEW.paused_until, NEW.from_at))
    EXECUTE FUNCTION municipalities_span_is_history();
