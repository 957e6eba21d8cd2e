-- It may go on: nothing waits for the NPO any more.
--
-- Parameters: municipality, run_day, channels.
UPDATE delivery_delivery SET reason = ''
WHERE run_day = %(run_day)s AND municipality_id = %(municipality)s
  AND channel = ANY(%(channels)s::text[]) AND state = 'planned' AND reason = 'held'
