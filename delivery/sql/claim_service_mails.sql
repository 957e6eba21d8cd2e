-- Take up to `size` service mails of one municipality; committed before any of them is written.
-- One whose lease ran out is taken again: a confirmation may come twice without harm. What was taken
-- `most` times without an answer, or waited past its use, is given up and its address forgotten.
--
-- Parameters: municipality, size, lease (interval), most, useful (interval).
WITH picked AS (
    SELECT id,
           CASE WHEN attempts >= %(most)s THEN 'quarantined'
                WHEN created_at < statement_timestamp() - %(useful)s THEN 'too_late'
                ELSE '' END AS verdict
    FROM municipalities_servicemail
    WHERE municipality_id = %(municipality)s
      AND state IN ('waiting', 'sending')
      AND CASE state WHEN 'waiting' THEN not_before <= statement_timestamp() ELSE lease_until <= statement_timestamp() END
    ORDER BY not_before, id
    LIMIT %(size)s
    FOR UPDATE SKIP LOCKED
)
UPDATE municipalities_servicemail m SET
    state = CASE p.verdict WHEN '' THEN 'sending' ELSE 'failed' END,
    reason = CASE p.verdict WHEN '' THEN m.reason ELSE p.verdict END,
    attempts = m.attempts + CASE p.verdict WHEN '' THEN 1 ELSE 0 END,
    lease_until = CASE p.verdict WHEN '' THEN statement_timestamp() + %(lease)s END,
    address_sealed = CASE p.verdict WHEN '' THEN m.address_sealed ELSE '' END
FROM picked p
WHERE m.municipality_id = %(municipality)s AND m.id = p.id
RETURNING m.id, m.attempts, m.state
