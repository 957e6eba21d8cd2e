-- What the ledger holds about one reader: day, channel, how it ended and why. Newest first.
--
-- Every key of the ledger begins with the day, so it is asked day by day, over the months of this
-- reader's time alone.
--
-- Parameters: municipality, reader, today.
WITH own AS MATERIALIZED (
    SELECT id, least(starts_on, (created_at AT TIME ZONE 'Asia/Tokyo')::date) AS first_day
    FROM municipalities_subscription
    WHERE municipality_id = %(municipality)s AND reader_id = %(reader)s
)
SELECT d.run_day, d.channel, d.state, d.reason
FROM generate_series(
    %(today)s::timestamp, (SELECT min(first_day) FROM own)::timestamp, interval '-1 day'
) AS days (at)
CROSS JOIN LATERAL (
    SELECT l.run_day, l.channel, l.state, l.reason, l.id FROM delivery_delivery l
    WHERE l.run_day = days.at::date AND l.municipality_id = %(municipality)s
      AND l.subscription_id = ANY (ARRAY(SELECT id FROM own))
) AS d
ORDER BY d.run_day DESC, d.id
