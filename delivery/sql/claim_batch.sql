-- Take up to `size` deliveries of one municipality and channel. Short, committed before any call.
-- A row claimed for the fifth time without any outcome is put aside: something in it kills its worker.
-- Until then those who were claimed with it are taken in ever smaller batches, 500, 50, 5, alone, and
-- never with rows that failed more often: only the one that kills comes to its fifth time.
--
-- Parameters: municipality, run_day, channel, size, owner, lease (interval).
WITH picked AS (
    SELECT run_day, id, claims FROM delivery_delivery
    WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s
      AND channel = %(channel)s AND state = 'planned' AND not_before <= now()
    ORDER BY id
    LIMIT %(size)s
    FOR UPDATE SKIP LOCKED
), verdict AS (
    SELECT run_day, id, claims >= 4 AS poison
    FROM (
        SELECT *, row_number() OVER by_id AS nth, first_value(claims) OVER by_id AS first
        FROM picked WINDOW by_id AS (ORDER BY id)
    ) AS p
    WHERE claims <= first AND nth <= greatest(1, %(size)s / 10 ^ first)
)
UPDATE delivery_delivery d SET
    state = CASE WHEN v.poison THEN 'failed' ELSE 'claimed' END,
    reason = CASE WHEN v.poison THEN 'quarantined' ELSE d.reason END,
    settled_at = CASE WHEN v.poison THEN now() END,
    claims = d.claims + 1,
    lease_owner = CASE WHEN v.poison THEN NULL ELSE %(owner)s END,
    lease_until = CASE WHEN v.poison THEN NULL ELSE now() + %(lease)s END
FROM verdict v
WHERE d.run_day = v.run_day AND d.id = v.id
RETURNING d.id, d.edition_id, d.endpoint_id, d.subscription_id, d.reason, d.state
