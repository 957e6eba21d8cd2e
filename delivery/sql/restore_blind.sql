-- After a restore without a send log nobody knows what left us: nothing more leaves today.
-- What was being handed over stays: mail becomes unclear, LINE is repeated under its own key.
--
-- Parameters: municipality, run_day.
UPDATE delivery_delivery SET
    state = 'skipped', reason = 'restored', settled_at = now(), lease_owner = NULL, lease_until = NULL
WHERE run_day = %(run_day)s AND municipality_id = %(municipality)s AND state IN ('planned', 'claimed')
RETURNING id
