-- Free what a dead worker held, and end what is too late. Every worker's tick runs it.
--   claimed, lease over           → planned: nothing was handed over
--   sending by e-mail, lease over → unclear: it may have been handed over; never sent again blindly
--   sending with a frozen request → stays: the request is repeated under its own key
--   planned, past its last hour   → skipped: late
--
-- Parameters: municipality, run_day, repeatable (the channels that may repeat).
UPDATE delivery_delivery SET
    state = CASE
        WHEN now() >= expires_at AND state IN ('planned', 'claimed') THEN 'skipped'
        WHEN state = 'claimed' THEN 'planned'
        ELSE 'unclear' END,
    reason = CASE
        WHEN now() >= expires_at AND state IN ('planned', 'claimed')
            THEN CASE WHEN reason = '' THEN 'late' ELSE 'late_' || left(reason, 24) END
        WHEN state = 'claimed' THEN reason
        ELSE 'worker_lost' END,
    settled_at = CASE
        WHEN now() >= expires_at AND state IN ('planned', 'claimed') THEN now() END,
    lease_owner = NULL,
    lease_until = NULL
WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s
  AND (
    (state = 'planned' AND now() >= expires_at)
    OR (state = 'claimed' AND lease_until < now())
    OR (state = 'sending' AND lease_until < now() AND NOT (channel = ANY(%(repeatable)s)))
  )
RETURNING state
