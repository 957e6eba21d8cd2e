-- One municipality's day by channel, state and reason, from the ledger itself.
--
-- Parameters: municipality, run_day.
SELECT channel, state, reason, count(*)
FROM delivery_delivery
WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s
GROUP BY channel, state, reason
