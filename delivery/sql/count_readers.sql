-- How many readers of one group would be planned now, per channel. For the dry run only.
--
-- Parameters: municipality, run_day, kind, anchor, relations, variant.
SELECT e.kind, count(*)
FROM municipalities_course c
JOIN municipalities_subscription s
    ON s.municipality_id = %(municipality)s AND s.course_id = c.id
   AND s.stopped_at IS NULL AND s.starts_on <= %(run_day)s AND s.relation = ANY(%(relations)s)
JOIN municipalities_reader r
    ON r.municipality_id = %(municipality)s AND r.id = s.reader_id AND r.variant = %(variant)s
JOIN municipalities_endpoint e
    ON e.municipality_id = %(municipality)s AND e.id = s.endpoint_id
WHERE c.municipality_id = %(municipality)s AND c.kind = %(kind)s AND c.anchor = %(anchor)s
  AND c.closed_at IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM delivery_delivery d
    WHERE d.run_day = %(run_day)s AND d.municipality_id = %(municipality)s
      AND d.subscription_id = s.id AND d.text_id > 0
  )
GROUP BY e.kind
