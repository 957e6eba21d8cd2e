-- Write down what the provider said. Statuses only move forward: a row that already ended stays.
-- What a worker whose lease ran out has to say is taken where it is final (it is evidence); it may
-- not free a row, or put it in doubt, that somebody else holds now.
-- The wait climbs the ladder by the row's own attempts; what the provider asks for is never
-- undercut, and a wait of 1 (regrouping) is taken as it is.
--
-- Parameters: municipality, run_day, owner, ladder (seconds by attempt), outcomes (a JSON list of
-- objects: id, state, reason, provider_id, wait in seconds).
UPDATE delivery_delivery d SET
    state = o.state,
    reason = o.reason,
    provider_id = CASE WHEN o.provider_id = '' THEN d.provider_id ELSE o.provider_id END,
    settled_at = CASE WHEN o.state IN ('sent', 'failed') THEN now() END,
    not_before = CASE WHEN o.state = 'planned' THEN now() + make_interval(secs =>
                          CASE WHEN o.wait = 1 THEN 1 ELSE greatest(o.wait, (%(ladder)s::float8[])[
                              least(greatest(d.attempts, 1), array_length(%(ladder)s::float8[], 1))
                          ]) END)
                      ELSE d.not_before END,
    request_id = CASE WHEN o.state = 'planned' THEN NULL ELSE d.request_id END,
    claims = CASE WHEN o.state = 'planned' THEN 0 ELSE d.claims END,
    lease_owner = NULL,
    lease_until = NULL
FROM json_to_recordset(%(outcomes)s::json)
    AS o (id bigint, state text, reason text, provider_id text, wait float8)
WHERE d.run_day = %(run_day)s AND d.municipality_id = %(municipality)s AND d.id = o.id
  AND (d.state = 'sending' OR (d.state = 'unclear' AND o.state IN ('sent', 'failed')))
  AND (o.state IN ('sent', 'failed') OR d.lease_owner = %(owner)s)
RETURNING d.id
