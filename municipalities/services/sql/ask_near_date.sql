-- Four weeks after somebody registered with "about week 12", the date is asked for once: by then most
-- know it. Not after 41w6d, when another question is due.
-- The address is not copied: it is asked for when the mail is handed over.
--
-- Parameters: municipality, today, kind, not_before.
INSERT INTO municipalities_servicemail
    (municipality_id, kind, address_sealed, language, reader_id, state, reason, attempts, not_before,
     created_at)
SELECT DISTINCT ON (r.id)
    %(municipality)s, %(kind)s, ''::bytea, r.language, r.id, 'waiting', '', 0, %(not_before)s, now()
FROM municipalities_course c
JOIN municipalities_subscription s
    ON s.municipality_id = %(municipality)s AND s.course_id = c.id
JOIN municipalities_endpoint e
    ON e.municipality_id = %(municipality)s AND e.id = s.endpoint_id
JOIN municipalities_reader r
    ON r.municipality_id = %(municipality)s AND r.id = s.reader_id
WHERE c.municipality_id = %(municipality)s AND c.kind = 'pregnancy' AND c.closed_at IS NULL
  AND c.is_provisional AND c.anchor > %(today)s::date - 14
  AND (s.created_at AT TIME ZONE 'Asia/Tokyo')::date <= %(today)s::date - 28
  AND s.stopped_at IS NULL AND s.starts_on <= %(today)s
  AND (s.paused_at IS NULL OR s.paused_until <= %(today)s)
  AND e.kind = 'email' AND e.verified_at IS NOT NULL AND e.blocked_at IS NULL
  AND NOT EXISTS (
      SELECT 1 FROM municipalities_servicemail m
      WHERE m.municipality_id = %(municipality)s AND m.reader_id = r.id AND m.kind = %(kind)s
        AND m.created_at >= s.created_at
  )
ORDER BY r.id, c.anchor
