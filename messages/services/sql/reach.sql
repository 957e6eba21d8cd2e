-- How many running subscriptions have one of these anchors, variants and relations, and are not
-- resting any more on the last day on which a text would meet them. A group is there once: nobody is
-- counted twice.
--
-- Parameters: municipality, kind, anchors, variants, relations, days (the last one of each group),
-- everywhere, areas.
SELECT count(*)
FROM unnest(
    %(anchors)s::date[], %(variants)s::text[], %(relations)s::text[], %(days)s::date[]
) AS met (anchor, variant, relation, day)
JOIN municipalities_course c
    ON c.municipality_id = %(municipality)s AND c.kind = %(kind)s AND c.anchor = met.anchor
   AND c.closed_at IS NULL
JOIN municipalities_subscription s
    ON s.municipality_id = %(municipality)s AND s.course_id = c.id
   AND s.relation = met.relation AND s.stopped_at IS NULL AND s.starts_on <= met.day
   AND (s.paused_at IS NULL OR s.paused_until <= met.day)
JOIN municipalities_reader r
    ON r.municipality_id = %(municipality)s AND r.id = s.reader_id AND r.variant = met.variant
   AND (%(everywhere)s OR r.area = ANY(%(areas)s::text[]))
JOIN municipalities_endpoint e
    ON e.municipality_id = %(municipality)s AND e.id = s.endpoint_id
   AND e.verified_at IS NOT NULL AND e.blocked_at IS NULL
