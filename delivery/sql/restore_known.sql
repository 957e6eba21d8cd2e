-- Whose rows there are: evidence about anybody else concerns a reader that the backup lost.
--
-- Parameters: municipality, run_day.
SELECT subscription_id FROM delivery_delivery
WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s
