-- Give back what was claimed and not handed over (the provider is away): nothing was tried.
--
-- Parameters: municipality, run_day, ids, owner.
UPDATE delivery_delivery SET
    state = 'planned', lease_owner = NULL, lease_until = NULL, claims = greatest(claims - 1, 0)
WHERE run_day = %(run_day)s AND municipality_id = %(municipality)s
  AND id = ANY(%(ids)s::bigint[]) AND state = 'claimed' AND lease_owner = %(owner)s
