-- The deliveries of frozen requests: bound to them before the first call, in the pre-mark's
-- transaction. ids and requests are pairs.
--
-- Parameters: municipality, run_day, ids, requests.
UPDATE delivery_delivery d SET request_id = held.request
FROM unnest(%(ids)s::bigint[], %(requests)s::bigint[]) AS held (id, request)
WHERE d.run_day = %(run_day)s AND d.municipality_id = %(municipality)s AND d.id = held.id
