-- A day that was held to its end: a request without a clear answer is not repeated the next day. Its
-- people stay unclear.
--
-- Parameters: municipality, run_day, channels.
UPDATE delivery_frozenrequest SET repeat_until = now(), not_before = now()
WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s
  AND channel = ANY(%(channels)s::text[]) AND is_open
