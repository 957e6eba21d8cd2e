-- One text that this reader received. Another reader's number finds nothing.
--
-- Day by day, as in letters.sql.
--
-- Parameters: municipality, reader, today, delivery.
WITH own AS MATERIALIZED (
    SELECT id, least(starts_on, (created_at AT TIME ZONE 'Asia/Tokyo')::date) AS first_day
    FROM municipalities_subscription
    WHERE municipality_id = %(municipality)s AND reader_id = %(reader)s
)
SELECT d.id, d.run_day, d.state, e.subject, b.unit, b.number, e.web_html, e.id
FROM (
    SELECT at::date AS run_day
    FROM generate_series(
        %(today)s::timestamp, (SELECT min(first_day) FROM own)::timestamp, interval '-1 day'
    ) AS at
) AS days
CROSS JOIN own
CROSS JOIN LATERAL (
    SELECT * FROM delivery_delivery
    WHERE run_day = days.run_day AND municipality_id = %(municipality)s
      AND subscription_id = own.id AND id = %(delivery)s AND state IN ('sent', 'unclear')
    OFFSET 0
) AS d
JOIN stage_messages_edition e ON e.municipality_id = %(municipality)s AND e.id = d.edition_id
LEFT JOIN stage_messages_basetext b ON b.id = e.base_text_id
