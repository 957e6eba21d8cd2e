-- The lane that waited longest and that the NPO does not hold, noted as served now. Read across all municipalities by the
-- dispatcher's role, which sees no reader and no text.
--
-- Parameters: channel.
UPDATE delivery_lane SET served_at = clock_timestamp()
WHERE id = (
    SELECT id FROM delivery_lane
    WHERE channel = %(channel)s AND is_open AND NOT is_held AND not_before <= now()
    ORDER BY served_at NULLS FIRST, id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING id, municipality_id, run_day
