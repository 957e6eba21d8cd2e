-- What waited in a pause is due at once.
--
-- Parameters: municipality, run_day, broadcast.
UPDATE delivery_delivery SET
    not_before = now(),
    reason = CASE WHEN reason = 'broadcast_paused' THEN '' ELSE reason END
WHERE run_day = %(run_day)s AND municipality_id = %(municipality)s
  AND text_id = - %(broadcast)s::bigint AND state = 'planned'
