-- Who may be due today, in groups and not in rows: which (kind, anchor, variant, relation, area)
-- occur among the subscriptions that are running. Editions are composed for these only: a village
-- with 20 readers needs 20 editions at most, not 533. The area tells groups apart only where an
-- announcement speaks to it; everybody else's is ''.
--
-- A broadcast (a negative text_id) is no text of the day: who had one is still owed the text.
--
-- Parameters: municipality, run_day, kinds, anchors (what the calendar says is due), areas (those
-- that announcements of the day name).
SELECT DISTINCT c.kind, c.anchor, r.variant, s.relation,
    CASE WHEN r.area = ANY(%(areas)s::text[]) THEN r.area ELSE '' END AS area
FROM unnest(%(kinds)s::text[], %(anchors)s::date[]) AS due (kind, anchor)
JOIN municipalities_course c
    ON c.municipality_id = %(municipality)s AND c.kind = due.kind AND c.anchor = due.anchor
   AND c.closed_at IS NULL
JOIN municipalities_subscription s
    ON s.municipality_id = %(municipality)s AND s.course_id = c.id
   AND s.stopped_at IS NULL AND s.starts_on <= %(run_day)s
JOIN municipalities_reader r
    ON r.municipality_id = %(municipality)s AND r.id = s.reader_id
WHERE NOT EXISTS (
    SELECT 1 FROM delivery_delivery d
    WHERE d.run_day = %(run_day)s AND d.municipality_id = %(municipality)s
      AND d.subscription_id = s.id AND d.text_id > 0
)
