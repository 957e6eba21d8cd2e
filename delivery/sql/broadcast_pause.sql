-- Let what is not in anybody's hands wait until the day's last hour; there it would end as late. What
-- a worker holds comes back by pre_mark.sql, which asks the broadcast's state again.
--
-- Parameters: municipality, run_day, broadcast.
UPDATE delivery_delivery SET
    not_before = expires_at,
    reason = CASE WHEN reason = '' THEN 'broadcast_paused' ELSE reason END
WHERE run_day = %(run_day)s AND municipality_id = %(municipality)s
  AND text_id = - %(broadcast)s::bigint AND state = 'planned'
