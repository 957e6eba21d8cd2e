-- Whoever has not got it does not get it. What a worker holds ends by pre_mark.sql; what is being
-- handed over in this moment cannot be called back.
--
-- Parameters: municipality, run_day, broadcast.
UPDATE delivery_delivery SET state = 'skipped', reason = 'broadcast_stopped', settled_at = now()
WHERE run_day = %(run_day)s AND municipality_id = %(municipality)s
  AND text_id = - %(broadcast)s::bigint AND state = 'planned'
