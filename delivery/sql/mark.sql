-- Write down what the provider said. Statuses only move forward: a row that already ended stays.
-- A mark from a worker whose lease ran out is taken all the same (it is evidence); a send is not.
--
-- Parameters: municipality, run_day, ids, states, reasons, provider_ids, waits (seconds).
UPDATE delivery_delivery d SET
    state = o.state,
    reason = o.reason,
    provider_id = CASE WHEN o.provider_id = '' THEN d.provider_id ELSE o.provider_id END,
    settled_at = CASE WHEN o.state IN ('sent', 'failed') THEN now() END,
    not_before = CASE WHEN o.state = 'planned' THEN now() + make_interval(secs => o.wait)
                      ELSE d.not_before END,
    request_id = CASE WHEN o.state = 'planned' THEN NULL ELSE d.request_id END,
    claims = CASE WHEN o.state = 'planned' THEN 0 ELSE d.claims END,
    lease_owner = NULL,
    lease_until = NULL
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(reasons)s::text[],
            %(provider_ids)s::text[], %(waits)s::float8[])
    AS o (id, state, reason, provider_id, wait)
WHERE d.run_day = %(run_day)s AND d.municipality_id = %(municipality)s AND d.id = o.id
  AND (d.state = 'sending' OR (d.state = 'unclear' AND o.state IN ('sent', 'failed')))
RETURNING d.id
