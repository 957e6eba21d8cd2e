-- Take frozen requests whose answer is still open, to repeat them under their own key.
--
-- Parameters: municipality, run_day, channel, size, owner, lease (interval).
UPDATE delivery_frozenrequest SET
    lease_owner = %(owner)s, lease_until = now() + %(lease)s, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM delivery_frozenrequest
    WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s AND channel = %(channel)s
      AND is_open AND not_before <= now() AND (lease_until IS NULL OR lease_until < now())
    ORDER BY id
    LIMIT %(size)s
    FOR UPDATE SKIP LOCKED
)
RETURNING id, retry_key, delivery_ids, body_sealed, uncertain, attempts, now() >= repeat_until
