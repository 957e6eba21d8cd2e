-- What waits because the NPO asked for it says so; at its last hour it ends as late for that reason.
-- What a worker holds comes back by pre_mark.sql.
--
-- Parameters: municipality, run_day, channels.
UPDATE delivery_delivery SET reason = 'held'
WHERE run_day = %(run_day)s AND municipality_id = %(municipality)s
  AND channel = ANY(%(channels)s::text[]) AND state = 'planned' AND reason = ''
