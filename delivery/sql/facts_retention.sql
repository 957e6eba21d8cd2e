-- A life table of all who ever registered: how long texts came, and how it ended.
--
-- A life begins when a subscription ran first and ends when it ran last. Who stopped, was blocked or
-- was erased while texts came has left. Who is still there, who had the last birthday and whose
-- pregnancy is past 41w6d is censored: seen for so long, and not seen leaving. Coming back before the
-- day of counting makes a stop undone.
--
-- Parameters: municipality, on (the day of counting), moment (its end), births, ends (the last birthday
-- of each birth that occurs), weeks, following (where each interval begins, and the next one; NULL for
-- the last).
INSERT INTO delivery_retentionfact (municipality_id, kind, weeks, at_risk, "left", censored)
WITH span AS MATERIALIZED (
    SELECT id, subscription_id, kind, anchor, ended_by,
        (from_at AT TIME ZONE 'Asia/Tokyo')::date AS begun,
        CASE WHEN until_at < %(moment)s THEN (until_at AT TIME ZONE 'Asia/Tokyo')::date END AS ended
    FROM municipalities_readerspan
    WHERE municipality_id = %(municipality)s AND from_at < %(moment)s
), life AS (
    SELECT DISTINCT ON (subscription_id) subscription_id, kind, begun
    FROM span ORDER BY subscription_id, id
), newest AS (
    SELECT DISTINCT ON (subscription_id) subscription_id, kind, anchor, ended, ended_by
    FROM span ORDER BY subscription_id, id DESC
), over AS (
    SELECT newest.*,
        CASE WHEN newest.kind = 'child' THEN grown.day ELSE newest.anchor + 13 END AS over_on
    FROM newest
    LEFT JOIN unnest(%(births)s::date[], %(ends)s::date[]) AS grown (birth, day)
        ON newest.kind = 'child' AND grown.birth = newest.anchor
), told AS (
    SELECT life.kind, coalesce(ended <= over_on, false) AS has_left,
        greatest(0, least(coalesce(ended, %(on)s), over_on, %(on)s) - life.begun) AS days
    FROM life JOIN over USING (subscription_id)
)
SELECT %(municipality)s, told.kind, step.weeks, count(*),
    count(*) FILTER (WHERE has_left AND is_last), count(*) FILTER (WHERE NOT has_left AND is_last)
FROM told
JOIN unnest(%(weeks)s::int[], %(following)s::int[]) AS step (weeks, next)
    ON told.days >= 7 * step.weeks
CROSS JOIN LATERAL (SELECT step.next IS NULL OR told.days < 7 * step.next AS is_last) AS here
GROUP BY told.kind, step.weeks
