-- The deliveries of a frozen request: bound to it before the first call, in the pre-mark's
-- transaction.
--
-- Parameters: municipality, run_day, ids, request.
UPDATE delivery_delivery SET request_id = %(request)s
WHERE run_day = %(run_day)s AND municipality_id = %(municipality)s AND id = ANY(%(ids)s)
