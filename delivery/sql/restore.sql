-- Take deliveries that were handed over in a life before this backup one state further, as if this
-- database had done it: planned → claimed, then claimed → sending. What came of it is marked next.
--
-- A subscription has one text of the day, whichever it was, and one row for each broadcast.
--
-- Parameters: municipality, run_day, before, state, subscriptions, broadcasts (their negative numbers;
-- 0 for the text of the day), times (of the first try).
UPDATE delivery_delivery d SET
    state = %(state)s,
    lease_owner = 'restored',
    lease_until = now() + interval '1 minute',
    attempts = CASE WHEN %(state)s = 'sending' THEN d.attempts + 1 ELSE d.attempts END,
    first_attempt_at = CASE WHEN %(state)s = 'sending' THEN coalesce(d.first_attempt_at, handed.at)
                            ELSE d.first_attempt_at END
FROM unnest(%(subscriptions)s::bigint[], %(broadcasts)s::bigint[], %(times)s::timestamptz[])
    AS handed (subscription_id, broadcast, at)
WHERE d.run_day = %(run_day)s AND d.municipality_id = %(municipality)s
  AND d.subscription_id = handed.subscription_id AND least(d.text_id, 0) = handed.broadcast
  AND d.state = %(before)s
RETURNING d.id, d.subscription_id, d.endpoint_id, d.text_id
