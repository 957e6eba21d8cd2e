-- Take frozen requests whose answer is still open, to repeat them under their own key.
--
-- A lease that ran out means a try that nobody wrote down: LINE may have accepted it. From then on
-- the request is uncertain, and only its own key may carry these people. Every recorded try clears
-- the lease. The deliveries get the new owner too: a worker that comes back late may bring evidence
-- (accepted), but may not free what is no longer its own.
--
-- Parameters: municipality, run_day, channel, size, owner, lease (interval).
WITH picked AS (
    SELECT id FROM delivery_frozenrequest
    WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s AND channel = %(channel)s
      AND is_open AND not_before <= now() AND (lease_until IS NULL OR lease_until < now())
    ORDER BY id
    LIMIT %(size)s
    FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE delivery_frozenrequest f SET
        uncertain = f.uncertain OR f.lease_until IS NOT NULL,
        lease_owner = %(owner)s, lease_until = now() + %(lease)s, attempts = f.attempts + 1
    FROM picked WHERE f.id = picked.id
    RETURNING f.id, f.retry_key, f.delivery_ids, f.body_sealed, f.uncertain, f.attempts,
              now() >= f.repeat_until AS is_over
), held AS (
    UPDATE delivery_delivery d SET lease_owner = %(owner)s, lease_until = now() + %(lease)s
    FROM taken
    WHERE d.run_day = %(run_day)s AND d.municipality_id = %(municipality)s
      AND d.id = ANY(taken.delivery_ids) AND d.state = 'sending'
)
SELECT id, retry_key, delivery_ids, body_sealed, uncertain, attempts, is_over FROM taken ORDER BY id
