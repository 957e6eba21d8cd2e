-- Plan one municipality's day in one statement.
--
-- The calendar is not here: Python worked out which anchor dates meet a text today and hands them
-- over as arrays, one element per (kind, anchor, variant, relation, area) that leads to an edition.
-- SQL only compares with =, which is leakproof and keeps its index under the policy. The area is ''
-- but where an announcement of the day speaks to it.
--
-- A subscription that has any row for the day gets no second one: that is the anti-join, which also
-- makes the top-up every ten minutes cheap, and a birth reported at noon never doubles the morning.
-- A broadcast's row (a negative text_id) is no text of the day and counts for nothing here.
-- Only where an anchor has moved can a stage come round again; such courses look back 60 days and
-- skip the text instead of repeating it. Who is due and gets nothing has a row that says why.
--
-- Parameters: municipality, run_day, opens_at, closes_at, kinds, anchors, variants, relations,
-- places (the groups' areas), texts, editions, areas (those that announcements name). Returns channel, state and how many rows were added.
WITH due AS (
    SELECT * FROM unnest(
        %(kinds)s::text[], %(anchors)s::date[], %(variants)s::text[], %(relations)s::text[],
        %(places)s::text[], %(texts)s::bigint[], %(editions)s::bigint[]
    ) AS due (kind, anchor, variant, relation, area, text_id, edition_id)
), there AS MATERIALIZED (
    SELECT subscription_id, endpoint_id, text_id, state FROM delivery_delivery
    WHERE run_day = %(run_day)s AND municipality_id = %(municipality)s AND text_id > 0
), running AS MATERIALIZED (
    -- By ids first: joined to "due" before, readers met it by their variant alone, and 1,300 of them
    -- took 3 s.
    SELECT
        s.id, s.endpoint_id, s.course_id, s.relation, s.paused_at, s.paused_until,
        c.kind, c.anchor, c.realigned_on, r.variant,
        CASE WHEN r.area = ANY(%(areas)s::text[]) THEN r.area ELSE '' END AS area
    FROM municipalities_subscription s
    JOIN municipalities_course c
        ON c.municipality_id = %(municipality)s AND c.id = s.course_id AND c.closed_at IS NULL
    JOIN municipalities_reader r
        ON r.municipality_id = %(municipality)s AND r.id = s.reader_id
    WHERE s.municipality_id = %(municipality)s
      AND s.stopped_at IS NULL AND s.starts_on <= %(run_day)s
), owed AS (
    SELECT
        s.id AS subscription_id, e.id AS endpoint_id, s.course_id, s.kind, s.anchor,
        due.text_id, due.edition_id, e.kind AS channel, why.reason,
        row_number() OVER (PARTITION BY e.id, due.text_id, why.reason = '' ORDER BY s.id) AS nth
    FROM running s
    JOIN due USING (kind, anchor, variant, relation, area)
    JOIN municipalities_endpoint e
        ON e.municipality_id = %(municipality)s AND e.id = s.endpoint_id
    LEFT JOIN (SELECT DISTINCT endpoint_id, text_id FROM there WHERE state <> 'skipped') AS got
        ON got.endpoint_id = e.id AND got.text_id = due.text_id
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN s.paused_at IS NOT NULL
                AND (s.paused_until IS NULL OR s.paused_until > %(run_day)s) THEN 'paused'
            WHEN e.verified_at IS NULL THEN 'unverified'
            WHEN e.blocked_at IS NOT NULL THEN e.blocked_reason
            WHEN s.realigned_on IS NOT NULL AND EXISTS (
                SELECT 1 FROM delivery_delivery d
                WHERE d.run_day = ANY (ARRAY(
                    SELECT %(run_day)s::date - days FROM generate_series(1, 60) AS back (days)
                  ))
                  AND d.municipality_id = %(municipality)s AND d.subscription_id = s.id
                  AND d.text_id = due.text_id AND d.state IN ('sending', 'sent', 'unclear')
            ) THEN 'already_received'
            WHEN got.text_id IS NOT NULL THEN 'same_text'
            ELSE ''
        END AS reason
    ) AS why
    WHERE NOT EXISTS (SELECT 1 FROM there WHERE there.subscription_id = s.id)
), judged AS (
    -- One person with two courses at the same stage gets the text once.
    SELECT *, CASE WHEN reason = '' AND nth > 1 THEN 'same_text' ELSE reason END AS verdict FROM owed
), added AS (
    INSERT INTO delivery_delivery (
        run_day, municipality_id, subscription_id, endpoint_id, course_id, kind, anchor,
        text_id, edition_id, channel, not_before, expires_at, state, reason, settled_at
    )
    SELECT
        %(run_day)s, %(municipality)s, subscription_id, endpoint_id, course_id, kind, anchor,
        -- Whoever joins later waits since then.
        text_id, edition_id, channel, greatest(%(opens_at)s, now()), %(closes_at)s,
        CASE WHEN verdict = '' THEN 'planned' ELSE 'skipped' END,
        verdict,
        CASE WHEN verdict = '' THEN NULL ELSE now() END
    FROM judged
    -- Ids in the order of the texts: a batch of 500 then holds few texts with many readers each,
    -- and one call to LINE carries all of a text's readers instead of one or two.
    ORDER BY channel, edition_id, subscription_id
    ON CONFLICT (run_day, municipality_id, subscription_id, endpoint_id, text_id) DO NOTHING
    RETURNING channel, state
)
SELECT channel, state, count(*) FROM added GROUP BY channel, state
