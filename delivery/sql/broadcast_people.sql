-- Who is meant by a broadcast, one row for each endpoint, and why somebody is left out ('' for nobody
-- in the way). The body of broadcast_count.sql and broadcast_plan.sql: what is shown before the
-- approval and what is planned are the same question.
--
-- Somebody with two children at two addresses of the same phone gets it once; a row without an
-- obstacle comes first. A correction asks the ledger instead of the stages: whoever received, or may
-- have received, the wrong one, wherever that reader gets texts today.
--
-- Parameters: municipality, broadcast, run_day, at (the moment of sending), kinds, firsts, lasts (due
-- or birth dates; none: every stage), relations, areas, channel ('' or none: all of them), corrects,
-- corrects_day (0 and NULL: no correction), spaced (whether 72 hours must lie between two broadcasts).
-- In the place of the mark ``taken``: who is meant by those that are approved and leave before it.
SELECT * FROM (
    SELECT
        s.id AS subscription_id, s.endpoint_id, s.course_id, c.kind, c.anchor, e.kind AS channel,
        why.reason,
        row_number() OVER (
            PARTITION BY s.endpoint_id ORDER BY why.reason <> '', why.reason = 'stopped', s.id
        ) AS nth
    FROM municipalities_subscription s
    JOIN municipalities_course c
        ON c.municipality_id = %(municipality)s AND c.id = s.course_id AND c.closed_at IS NULL
    JOIN municipalities_reader r ON r.municipality_id = %(municipality)s AND r.id = s.reader_id
    JOIN municipalities_endpoint e ON e.municipality_id = %(municipality)s AND e.id = s.endpoint_id
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN s.stopped_at IS NOT NULL THEN 'stopped'
            WHEN s.paused_at IS NOT NULL
                AND (s.paused_until IS NULL OR s.paused_until > %(run_day)s) THEN 'paused'
            WHEN e.verified_at IS NULL THEN 'unverified'
            WHEN e.blocked_at IS NOT NULL THEN e.blocked_reason
            WHEN r.no_broadcasts THEN 'opted_out'
            WHEN %(spaced)s AND s.endpoint_id IN (
                SELECT d.endpoint_id FROM delivery_delivery d
                WHERE d.run_day = ANY (ARRAY(
                    SELECT %(run_day)s::date - days FROM generate_series(0, 3) AS back (days)
                  ))
                  AND d.municipality_id = %(municipality)s
                  AND d.text_id < 0 AND d.text_id <> - %(broadcast)s::bigint
                  AND d.state NOT IN ('skipped', 'failed')
                  AND coalesce(d.first_attempt_at, d.not_before)
                      > %(at)s::timestamptz - interval '72 hours'
                /* taken */
            ) THEN 'another_broadcast'
            ELSE ''
        END AS reason
    ) AS why
    WHERE s.municipality_id = %(municipality)s AND s.starts_on <= %(run_day)s
      AND CASE WHEN %(corrects)s::bigint = 0 THEN
            (cardinality(%(kinds)s::text[]) = 0 OR EXISTS (
                SELECT 1 FROM unnest(%(kinds)s::text[], %(firsts)s::date[], %(lasts)s::date[])
                    AS span (kind, first, last)
                WHERE span.kind = c.kind AND c.anchor BETWEEN span.first AND span.last))
            AND (cardinality(%(relations)s::text[]) = 0 OR s.relation = ANY (%(relations)s::text[]))
            AND (cardinality(%(areas)s::text[]) = 0 OR r.area = ANY (%(areas)s::text[]))
            AND (%(channel)s = '' OR e.kind = %(channel)s)
        ELSE s.id IN (
            SELECT d.subscription_id FROM delivery_delivery d
            WHERE d.run_day = %(corrects_day)s::date AND d.municipality_id = %(municipality)s
              AND d.text_id = - %(corrects)s::bigint AND d.state IN ('sending', 'sent', 'unclear')
        ) END
) AS people
WHERE nth = 1
