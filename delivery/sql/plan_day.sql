-- Plan one municipality's day in one statement.
--
-- The calendar is not here: Python worked out which anchor dates meet a text today and hands them
-- over as arrays, one element per (kind, anchor, variant, relation) that leads to an edition. SQL
-- only compares with =, which is leakproof and keeps its index under the policy.
--
-- A subscription that has any row for the day gets no second one: that is the anti-join, which also
-- makes the top-up every ten minutes cheap, and a birth reported at noon never doubles the morning.
-- Only where an anchor has moved can a stage come round again; such courses look back 60 days and
-- keep silent instead of repeating a text.
--
-- Parameters: municipality, run_day, opens_at, closes_at, kinds, anchors, variants, relations,
-- texts, editions. Returns channel, state and how many rows were added.
WITH due AS (
    SELECT * FROM unnest(
        %(kinds)s::text[], %(anchors)s::date[], %(variants)s::text[], %(relations)s::text[],
        %(texts)s::bigint[], %(editions)s::bigint[]
    ) AS due (kind, anchor, variant, relation, text_id, edition_id)
), added AS (
    INSERT INTO delivery_delivery (
        run_day, municipality_id, subscription_id, endpoint_id, course_id, kind, anchor,
        text_id, edition_id, channel, not_before, expires_at, state, reason, settled_at
    )
    SELECT
        %(run_day)s, %(municipality)s, s.id, e.id, c.id, c.kind, c.anchor,
        due.text_id, due.edition_id, e.kind, %(opens_at)s, %(closes_at)s,
        CASE WHEN why.reason = '' THEN 'planned' ELSE 'skipped' END,
        why.reason,
        CASE WHEN why.reason = '' THEN NULL ELSE now() END
    FROM due
    JOIN municipalities_course c
        ON c.municipality_id = %(municipality)s AND c.kind = due.kind AND c.anchor = due.anchor
       AND c.closed_at IS NULL
    JOIN municipalities_subscription s
        ON s.municipality_id = %(municipality)s AND s.course_id = c.id
       AND s.relation = due.relation AND s.stopped_at IS NULL AND s.starts_on <= %(run_day)s
    JOIN municipalities_reader r
        ON r.municipality_id = %(municipality)s AND r.id = s.reader_id AND r.variant = due.variant
    JOIN municipalities_endpoint e
        ON e.municipality_id = %(municipality)s AND e.id = s.endpoint_id
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN s.paused_at IS NOT NULL
                AND (s.paused_until IS NULL OR s.paused_until > %(run_day)s) THEN 'paused'
            WHEN e.verified_at IS NULL THEN 'unverified'
            WHEN e.blocked_at IS NOT NULL THEN e.blocked_reason
            ELSE ''
        END AS reason
    ) AS why
    WHERE NOT EXISTS (
        SELECT 1 FROM delivery_delivery d
        WHERE d.run_day = %(run_day)s AND d.municipality_id = %(municipality)s
          AND d.subscription_id = s.id
    )
    AND NOT (c.realigned_on IS NOT NULL AND EXISTS (
        SELECT 1 FROM generate_series(1, 60) AS back (days)
        JOIN delivery_delivery d
            ON d.run_day = %(run_day)s::date - back.days
           AND d.municipality_id = %(municipality)s AND d.subscription_id = s.id
        WHERE d.text_id = due.text_id AND d.state IN ('sending', 'sent', 'unclear')
    ))
    ON CONFLICT (run_day, municipality_id, subscription_id, endpoint_id, text_id) DO NOTHING
    RETURNING channel, state
)
SELECT channel, state, count(*) FROM added GROUP BY channel, state
