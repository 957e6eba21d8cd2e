-- The day of a service that is paused ends: whoever has not got it does not get it, also not when the
-- service goes on an hour later. What a worker marks in this very moment is left to it: what is not
-- being handed over yet ends by pre_mark.sql for the same reason.
--
-- Parameters: municipality, run_day.
WITH ending AS (
    SELECT run_day, id FROM delivery_delivery
    WHERE run_day = %(run_day)s AND municipality_id = %(municipality)s
      AND state IN ('planned', 'claimed')
    FOR UPDATE SKIP LOCKED
)
UPDATE delivery_delivery d SET
    state = 'skipped', reason = 'service_paused', settled_at = now(),
    lease_owner = NULL, lease_until = NULL
FROM ending
WHERE d.run_day = ending.run_day AND d.id = ending.id
