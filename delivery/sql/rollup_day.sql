-- The day's facts for one municipality: delete and insert, in the caller's transaction.
--
-- Parameters: municipality, run_day.
INSERT INTO delivery_dailyfact (municipality_id, run_day, channel, state, reason, count)
SELECT municipality_id, run_day, channel, state, reason, count(*)
FROM delivery_delivery
WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s
GROUP BY municipality_id, run_day, channel, state, reason
