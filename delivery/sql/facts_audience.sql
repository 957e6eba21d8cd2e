-- AU: who was active when a day ended, by one dimension at a time. From spans alone, so that a day can
-- be counted again however readers have changed since.
--
-- Active is who had a running span at that moment, had begun, did not rest, and was in the course: from
-- 4w0d to 41w6d, or from the day of birth to the last birthday. Which anchor dates those are comes in
-- as ranges, one for each band of the stage.
--
-- Parameters: municipality, on, moment (when the day ended), bands, kinds, firsts, lasts (element by
-- element). Returns dimension, value, readers, subscriptions, courses, children.
WITH active AS MATERIALIZED (
    SELECT span.reader_id, span.course_id, span.children, span.channel, span.relation, band.name
    FROM municipalities_readerspan span
    JOIN unnest(%(bands)s::text[], %(kinds)s::text[], %(firsts)s::date[], %(lasts)s::date[])
        AS band (name, kind, first, last)
        ON band.kind = span.kind AND span.anchor BETWEEN band.first AND band.last
    WHERE span.municipality_id = %(municipality)s
      AND span.from_at < %(moment)s AND (span.until_at IS NULL OR span.until_at >= %(moment)s)
      AND span.starts_on <= %(on)s
      AND (span.paused_from IS NULL OR span.paused_from > %(on)s OR span.paused_until <= %(on)s)
), told AS (
    SELECT dimension, value, reader_id, course_id, children,
        row_number() OVER (PARTITION BY dimension, value, course_id) AS nth
    FROM active CROSS JOIN LATERAL (
        VALUES ('all', ''), ('channel', channel), ('stage', name), ('relation', relation)
    ) AS cut (dimension, value)
)
SELECT dimension, value, count(DISTINCT reader_id) AS readers, count(*) AS subscriptions,
    count(DISTINCT course_id) AS courses, sum(children) FILTER (WHERE nth = 1) AS children
FROM told GROUP BY dimension, value
UNION ALL
-- Nobody at all is a figure too.
SELECT 'all', '', 0, 0, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM active)
