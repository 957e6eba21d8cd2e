-- After 41w6d without a birth date the texts rest. Readers are asked on the day of 42w0d and once more
-- 14 days later, never a third time, and never assumed to have a child. All of it follows from the due
-- date: a night that fell out is caught up the next one, a night that comes twice adds nothing.
-- The address is not copied: it is asked for when the mail is handed over.
--
-- Parameters: municipality, today, kind, not_before.
INSERT INTO municipalities_servicemail
    (municipality_id, kind, address_sealed, language, reader_id, state, reason, attempts, not_before,
     created_at)
SELECT DISTINCT ON (r.id)
    %(municipality)s, %(kind)s, ''::bytea, r.language, r.id, 'waiting', '', 0, %(not_before)s, now()
FROM municipalities_course c
CROSS JOIN LATERAL (
    -- The day this question belongs to: the due date and 14 or 28 days.
    SELECT c.due_date + 14 * ((%(today)s::date - c.due_date) / 14) AS since
) AS question
JOIN municipalities_subscription s
    ON s.municipality_id = %(municipality)s AND s.course_id = c.id
JOIN municipalities_endpoint e
    ON e.municipality_id = %(municipality)s AND e.id = s.endpoint_id
JOIN municipalities_reader r
    ON r.municipality_id = %(municipality)s AND r.id = s.reader_id
WHERE c.municipality_id = %(municipality)s AND c.kind = 'pregnancy' AND c.closed_at IS NULL
  AND c.anchor BETWEEN %(today)s::date - 41 AND %(today)s::date - 14
  AND s.stopped_at IS NULL AND s.starts_on <= %(today)s
  AND (s.paused_at IS NULL OR s.paused_until <= %(today)s)
  AND e.kind = 'email' AND e.verified_at IS NOT NULL AND e.blocked_at IS NULL
  AND NOT EXISTS (
      SELECT 1 FROM municipalities_servicemail m
      WHERE m.municipality_id = %(municipality)s AND m.reader_id = r.id AND m.kind = %(kind)s
        AND (m.created_at AT TIME ZONE 'Asia/Tokyo')::date >= question.since
  )
ORDER BY r.id, c.anchor
