-- Who came and who went, day by day: one row for each subscription that did.
--
-- A subscription is registered when it runs for the first time. Where a span begins after one that
-- ended for another reason than a change, it came back. A course that ended and a reader erased while
-- texts came are stops: no figure tells a loss from a stop. After the last birthday nobody stops any
-- more, they have graduated; and who is erased long after 41w6d left nothing that still came.
--
-- Parameters: municipality, begin and end (moments around the days), days, bands, kinds, firsts, lasts
-- (element by element: the bands of each day), over_days, over_births (the youngest birth that had its
-- last birthday before that day), last_days, last_births (whose last birthday is that day).
-- Returns on, flow, channel, relation, stage ('' outside of the bands).
WITH came AS (
    SELECT (span.from_at AT TIME ZONE 'Asia/Tokyo')::date AS on,
        CASE WHEN before.ended_by IS NULL THEN 'registered' ELSE 'returned' END AS flow,
        span.channel, span.relation, span.kind, span.anchor
    FROM municipalities_readerspan span
    LEFT JOIN LATERAL (
        SELECT ended_by FROM municipalities_readerspan earlier
        WHERE earlier.municipality_id = %(municipality)s
          AND earlier.subscription_id = span.subscription_id AND earlier.id < span.id
        ORDER BY earlier.id DESC LIMIT 1
    ) AS before ON true
    WHERE span.municipality_id = %(municipality)s
      AND span.from_at >= %(begin)s AND span.from_at < %(end)s
      AND before.ended_by IS DISTINCT FROM 'changed'
), went AS (
    SELECT (span.until_at AT TIME ZONE 'Asia/Tokyo')::date AS on, span.ended_by,
        span.channel, span.relation, span.kind, span.anchor
    FROM municipalities_readerspan span
    WHERE span.municipality_id = %(municipality)s AND span.ended_by NOT IN ('', 'changed')
      AND span.until_at >= %(begin)s AND span.until_at < %(end)s
), event AS (
    SELECT * FROM came
    UNION ALL
    SELECT went.on, CASE went.ended_by WHEN 'blocked' THEN 'blocked' ELSE 'stopped' END,
        channel, relation, kind, anchor
    FROM went
    JOIN unnest(%(over_days)s::date[], %(over_births)s::date[]) AS over (on_day, birth)
        ON over.on_day = went.on
    WHERE CASE went.kind
        WHEN 'child' THEN went.anchor > over.birth
        ELSE went.ended_by <> 'erased' OR went.anchor >= went.on - 13 END
    UNION ALL
    SELECT last.on_day, 'graduated', span.channel, span.relation, span.kind, span.anchor
    FROM unnest(%(last_days)s::date[], %(last_births)s::date[]) AS last (on_day, birth)
    JOIN municipalities_readerspan span
        ON span.municipality_id = %(municipality)s
       AND span.kind = 'child' AND span.anchor = last.birth
       AND span.from_at < (last.on_day + 1)::timestamp AT TIME ZONE 'Asia/Tokyo'
       AND (span.until_at IS NULL
            OR span.until_at >= (last.on_day + 1)::timestamp AT TIME ZONE 'Asia/Tokyo')
)
SELECT event.on, event.flow, event.channel, event.relation, coalesce(band.name, '') AS stage
FROM event
LEFT JOIN unnest(%(days)s::date[], %(bands)s::text[], %(kinds)s::text[], %(firsts)s::date[],
                 %(lasts)s::date[]) AS band (on_day, name, kind, first, last)
    ON band.on_day = event.on AND band.kind = event.kind
   AND event.anchor BETWEEN band.first AND band.last
