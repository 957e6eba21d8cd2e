-- What was claimed and cannot be made into a message: it ends here, with its reason.
--
-- Parameters: municipality, run_day, owner, ids, reasons.
UPDATE delivery_delivery d SET
    state = 'skipped', reason = g.reason, settled_at = now(), lease_owner = NULL, lease_until = NULL
FROM unnest(%(ids)s::bigint[], %(reasons)s::text[]) AS g (id, reason)
WHERE d.run_day = %(run_day)s AND d.municipality_id = %(municipality)s AND d.id = g.id
  AND d.state = 'claimed' AND d.lease_owner = %(owner)s
