-- Who is due on a day, in groups: how many subscriptions, by the anchor's text, the reader's words,
-- relation and channel. Everybody counts whom the planning would write a row for, also who rests.
--
-- Parameters: municipality, run_day, kinds, anchors (what the calendar says is due).
SELECT c.kind, c.anchor, r.variant, s.relation, e.kind, count(*)
FROM unnest(%(kinds)s::text[], %(anchors)s::date[]) AS due (kind, anchor)
JOIN municipalities_course c
    ON c.municipality_id = %(municipality)s AND c.kind = due.kind AND c.anchor = due.anchor
   AND c.closed_at IS NULL
JOIN municipalities_subscription s
    ON s.municipality_id = %(municipality)s AND s.course_id = c.id
   AND s.stopped_at IS NULL AND s.starts_on <= %(run_day)s
JOIN municipalities_reader r
    ON r.municipality_id = %(municipality)s AND r.id = s.reader_id
JOIN municipalities_endpoint e
    ON e.municipality_id = %(municipality)s AND e.id = s.endpoint_id
GROUP BY 1, 2, 3, 4, 5
