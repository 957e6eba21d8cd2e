-- How many a broadcast would reach on each channel, and how many are left out for which reason.
--
-- Parameters: those of broadcast_people.sql, which stands in the place of the mark.
SELECT channel, reason, count(*) FROM (/* people */) AS meant GROUP BY channel, reason
