-- What was due to one reader in the last days and what became of it, for staff on the telephone.
-- Newest first. A broadcast's edition has no stage.
--
-- `again`: it came (or should have come) by e-mail and may be sent once more, to the address that
-- the subscription has at present: not to whoever stopped, not after a course was closed (after a
-- loss nothing old is sent), not while the municipality's service rests.
--
-- Every key of the ledger begins with the day, so it is asked day by day.
--
-- Parameters: municipality, reader, today, days.
WITH own AS MATERIALIZED (
    SELECT s.id, s.endpoint_id,
        s.stopped_at IS NULL AND c.closed_at IS NULL AND m.service = 'live'
        AND p.kind = 'email' AND p.verified_at IS NOT NULL AS may_be_written_to
    FROM municipalities_subscription s
    JOIN municipalities_municipality m ON m.id = s.municipality_id
    JOIN municipalities_course c
        ON c.municipality_id = %(municipality)s AND c.id = s.course_id
    JOIN municipalities_endpoint p
        ON p.municipality_id = %(municipality)s AND p.id = s.endpoint_id
    WHERE s.municipality_id = %(municipality)s AND s.reader_id = %(reader)s
)
SELECT d.run_day, d.subscription_id, d.channel, d.state, d.reason, coalesce(e.subject, ''),
    e.id, own.endpoint_id,
    e.id IS NOT NULL AND d.channel = 'email' AND d.state IN ('sent', 'unclear', 'failed')
    AND own.may_be_written_to AS again
FROM generate_series(
    %(today)s::timestamp, %(today)s::timestamp - make_interval(days => %(days)s - 1),
    interval '-1 day'
) AS days (at)
CROSS JOIN LATERAL (
    SELECT l.run_day, l.subscription_id, l.channel, l.state, l.reason, l.edition_id, l.id
    FROM delivery_delivery l
    WHERE l.run_day = days.at::date AND l.municipality_id = %(municipality)s
      AND l.subscription_id = ANY (ARRAY(SELECT id FROM own))
) AS d
JOIN own ON own.id = d.subscription_id
LEFT JOIN stage_messages_edition e
    ON e.municipality_id = %(municipality)s AND e.id = d.edition_id
ORDER BY d.run_day DESC, d.id DESC
