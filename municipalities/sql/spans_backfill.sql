-- What is known of the readers who are here already: one span each, from its registration on, as
-- the subscription is now. What changed before, and who was erased, nobody noted.
ALTER TABLE municipalities_subscription NO FORCE ROW LEVEL SECURITY;
ALTER TABLE municipalities_course NO FORCE ROW LEVEL SECURITY;
ALTER TABLE municipalities_endpoint NO FORCE ROW LEVEL SECURITY;
ALTER TABLE municipalities_readerspan NO FORCE ROW LEVEL SECURITY;

INSERT INTO municipalities_readerspan (municipality_id, subscription_id, reader_id, course_id, kind,
    anchor, children, channel, relation, starts_on, paused_from, paused_until, from_at, until_at,
    ended_by)
SELECT s.municipality_id, s.id, s.reader_id, s.course_id, c.kind, c.anchor, c.children, e.kind,
    s.relation, s.starts_on, (s.paused_at AT TIME ZONE 'Asia/Tokyo')::date, s.paused_until,
    s.created_at,
    CASE WHEN ended.at IS NOT NULL THEN greatest(ended.at, s.created_at) END,
    CASE
        WHEN ended.at IS NULL THEN ''
        WHEN ended.at = s.stopped_at THEN 'stopped'
        WHEN ended.at = c.closed_at THEN 'closed'
        ELSE 'blocked' END
FROM municipalities_subscription s
JOIN municipalities_course c ON c.municipality_id = s.municipality_id AND c.id = s.course_id
JOIN municipalities_endpoint e
    ON e.municipality_id = s.municipality_id AND e.id = s.endpoint_id AND e.verified_at IS NOT NULL
CROSS JOIN LATERAL (SELECT least(s.stopped_at, c.closed_at, e.blocked_at) AS at) AS ended;

-- Or the tables below could not be altered: the new rows' keys would still wait for their check.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE municipalities_subscription FORCE ROW LEVEL SECURITY;
ALTER TABLE municipalities_course FORCE ROW LEVEL SECURITY;
ALTER TABLE municipalities_endpoint FORCE ROW LEVEL SECURITY;
ALTER TABLE municipalities_readerspan FORCE ROW LEVEL SECURITY;
