-- What was due to one reader in the last days and what became of it, for staff on the telephone.
-- Newest first. A broadcast's edition has no stage.
--
-- Every key of the ledger begins with the day, so it is asked day by day.
--
-- Parameters: municipality, reader, today, days.
WITH own AS MATERIALIZED (
    SELECT id FROM municipalities_subscription
    WHERE municipality_id = %(municipality)s AND reader_id = %(reader)s
)
SELECT d.run_day, d.subscription_id, d.channel, d.state, d.reason, coalesce(e.subject, '')
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
LEFT JOIN stage_messages_edition e
    ON e.municipality_id = %(municipality)s AND e.id = d.edition_id
ORDER BY d.run_day DESC, d.id DESC
