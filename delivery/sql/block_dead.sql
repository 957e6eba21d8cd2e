-- An address that the provider called gone the last `days` times in a row, whatever the rhythm of the
-- course (broadcasts, which come beside it, do not count): LINE knows at once; a mail server says 550 to living addresses when it is throttling.
--
-- Parameters: municipality, run_day, ids, days.
UPDATE municipalities_endpoint e SET blocked_at = now(), blocked_reason = d.reason
FROM delivery_delivery d
WHERE d.run_day = %(run_day)s AND d.municipality_id = %(municipality)s AND d.id = ANY(%(ids)s::bigint[])
  AND e.municipality_id = %(municipality)s AND e.id = d.endpoint_id AND e.blocked_at IS NULL
  AND %(days)s = (
    SELECT count(*) FILTER (WHERE latest.state = 'failed' AND latest.reason = d.reason) FROM (
        SELECT x.state, x.reason FROM generate_series(0, 120) AS back (days)
        JOIN delivery_delivery x
            ON x.run_day = %(run_day)s::date - back.days AND x.municipality_id = %(municipality)s
           AND x.subscription_id = d.subscription_id AND x.endpoint_id = d.endpoint_id
        WHERE x.state IN ('sent', 'failed') AND x.text_id > 0
        ORDER BY x.run_day DESC
        LIMIT %(days)s
    ) AS latest
  )
