-- Whoever has not got it does not get it today. What a worker holds comes back by pre_mark.sql and
-- ends with the next sweep; what is being handed over in this moment cannot be called back.
--
-- Parameters: municipality, run_day, channels.
UPDATE delivery_delivery SET state = 'skipped', reason = 'stopped_by_npo', settled_at = now()
WHERE run_day = %(run_day)s AND municipality_id = %(municipality)s
  AND channel = ANY(%(channels)s::text[]) AND state = 'planned'
