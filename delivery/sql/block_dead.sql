-- An address that the provider called gone, on as many days as this channel needs to be believed:
-- LINE knows at once; a mail server says 550 to living addresses when it is throttling.
--
-- Parameters: municipality, run_day, ids, days.
UPDATE municipalities_endpoint e SET blocked_at = now(), blocked_reason = d.reason
FROM delivery_delivery d
WHERE d.run_day = %(run_day)s AND d.municipality_id = %(municipality)s AND d.id = ANY(%(ids)s)
  AND e.municipality_id = %(municipality)s AND e.id = d.endpoint_id AND e.blocked_at IS NULL
  AND (
    SELECT count(*) FROM generate_series(0, 14) AS back (days)
    JOIN delivery_delivery x
        ON x.run_day = %(run_day)s::date - back.days AND x.municipality_id = %(municipality)s
       AND x.subscription_id = d.subscription_id AND x.endpoint_id = d.endpoint_id
    WHERE x.state = 'failed' AND x.reason = d.reason
  ) >= %(days)s
