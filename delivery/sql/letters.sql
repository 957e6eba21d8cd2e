-- The texts that one reader received, newest first; an unclear one is among them, as it may have. A
-- broadcast has neither unit nor number.
--
-- Every key of the ledger begins with the day, so it is asked day by day: only the months of this
-- reader's time are opened, each day is one look into ``delivery_once``, and reading ends when the
-- page is full. OFFSET 0 holds the planner to it: from its own estimates it would read the ledger of
-- all months and all readers instead (10 ms in 36 months of 600 readers). A search reads all of a reader's texts, about 600 in three years.
-- It compares what is seen: without tags, without readings above characters (ルビ), and with wide
-- and narrow characters as one. An empty list of patterns lets everything through.
--
-- Parameters: municipality, reader, today, patterns, limit, offset.
WITH own AS MATERIALIZED (
    SELECT id, least(starts_on, (created_at AT TIME ZONE 'Asia/Tokyo')::date) AS first_day
    FROM municipalities_subscription
    WHERE municipality_id = %(municipality)s AND reader_id = %(reader)s
)
SELECT d.id, d.run_day, d.state, e.subject, b.unit, b.number
FROM (
    SELECT at::date AS run_day
    FROM generate_series(
        %(today)s::timestamp, (SELECT min(first_day) FROM own)::timestamp, interval '-1 day'
    ) AS at
    ORDER BY run_day DESC
) AS days
CROSS JOIN own
CROSS JOIN LATERAL (
    SELECT * FROM delivery_delivery
    WHERE run_day = days.run_day AND municipality_id = %(municipality)s
      AND subscription_id = own.id AND state IN ('sent', 'unclear')
    OFFSET 0
) AS d
JOIN stage_messages_edition e ON e.municipality_id = %(municipality)s AND e.id = d.edition_id
LEFT JOIN stage_messages_basetext b ON b.id = e.base_text_id
WHERE cardinality(%(patterns)s::text[]) = 0
   OR normalize(regexp_replace(e.web_html, '<rt>.*?</rt>|<rp>.*?</rp>|<[^>]*>', '', 'g'), NFKC)
      ILIKE ALL (%(patterns)s::text[])
ORDER BY days.run_day DESC, d.id DESC
LIMIT %(limit)s OFFSET %(offset)s
