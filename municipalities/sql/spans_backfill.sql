-- What is known of one municipality's readers who were here before the history began: one span each,
-- from its registration on, as the subscription is now. What changed before, and who was erased,
-- nobody noted. Of somebody whose history began meanwhile, what came before it. Repeating it adds
-- nothing: what this wrote begins with the registration, what the triggers wrote a moment after it.
INSERT INTO municipalities_readerspan (municipality_id, subscription_id, reader_id, course_id, kind,
    anchor, children, channel, relation, starts_on, paused_from, paused_until, from_at, until_at,
    ended_by)
SELECT s.municipality_id, s.id, s.reader_id, s.course_id, c.kind, c.anchor, c.children, e.kind,
    s.relation, s.starts_on, (s.paused_at AT TIME ZONE 'Asia/Tokyo')::date, s.paused_until,
    s.created_at,
    CASE WHEN ended.at IS NOT NULL THEN greatest(ended.at, s.created_at) END,
    CASE
        WHEN ended.at IS NULL THEN ''
        WHEN ended.at = span.began THEN 'changed'
        WHEN ended.at = s.stopped_at THEN 'stopped'
        WHEN ended.at = c.closed_at THEN 'closed'
        ELSE 'blocked' END
FROM municipalities_subscription s
JOIN municipalities_course c ON c.municipality_id = s.municipality_id AND c.id = s.course_id
JOIN municipalities_endpoint e
    ON e.municipality_id = s.municipality_id AND e.id = s.endpoint_id AND e.verified_at IS NOT NULL
LEFT JOIN (
    SELECT subscription_id, min(from_at) AS began FROM municipalities_readerspan
    WHERE municipality_id = %(municipality)s
    GROUP BY 1
) AS span ON span.subscription_id = s.id
CROSS JOIN LATERAL (
    SELECT coalesce(span.began, least(s.stopped_at, c.closed_at, e.blocked_at)) AS at
) AS ended
WHERE s.municipality_id = %(municipality)s
  AND (span.began IS NULL OR span.began > s.created_at + interval '1 minute');
