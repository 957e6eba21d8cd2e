-- Where the readers are: how many follow a course with which anchor date, as whom. One pass over the
-- municipality; stage and grid are worked out from the dates in Python.
--
-- Parameters: municipality, on.
SELECT c.kind, c.anchor, s.relation, count(*)
FROM municipalities_subscription s
JOIN municipalities_course c
    ON c.municipality_id = %(municipality)s AND c.id = s.course_id AND c.closed_at IS NULL
JOIN municipalities_endpoint e
    ON e.municipality_id = %(municipality)s AND e.id = s.endpoint_id
   AND e.verified_at IS NOT NULL AND e.blocked_at IS NULL
WHERE s.municipality_id = %(municipality)s
  AND s.stopped_at IS NULL AND s.starts_on <= %(on)s
  AND (s.paused_at IS NULL OR s.paused_until <= %(on)s)
GROUP BY 1, 2, 3
