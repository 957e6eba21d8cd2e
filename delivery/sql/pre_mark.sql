-- Ask again, then mark as being handed over: one statement, so that nothing can change in between.
-- A stop, a pause, a changed date or a blocked endpoint that was committed before this line wins.
-- For a broadcast (a negative text_id) a changed date does not matter, but it may have been stopped or
-- paused, or the reader may want no more of them. A paused one goes back and waits for its last hour.
-- What the NPO holds goes back as well, until it may go on.
-- A row whose lease was lost is somebody else's: it is not returned, and must not be sent.
--
-- Parameters: municipality, run_day, ids, owner, lease (interval).
WITH mine AS (
    SELECT d.run_day, d.id, CASE
        WHEN now() >= d.expires_at THEN 'late'
        WHEN m.service <> 'live' THEN 'service_paused'
        WHEN l.is_held THEN 'held'
        WHEN s.id IS NULL OR s.stopped_at IS NOT NULL THEN 'stopped'
        WHEN c.closed_at IS NOT NULL THEN 'stopped'
        WHEN s.paused_at IS NOT NULL
            AND (s.paused_until IS NULL OR s.paused_until > d.run_day) THEN 'paused'
        WHEN d.text_id > 0 AND (c.kind <> d.kind OR c.anchor <> d.anchor) THEN 'date_changed'
        WHEN s.endpoint_id <> d.endpoint_id THEN 'endpoint_changed'
        WHEN e.blocked_at IS NOT NULL THEN e.blocked_reason
        WHEN d.text_id < 0 AND b.state = 'paused' THEN 'broadcast_paused'
        WHEN d.text_id < 0 AND (b.state IS NULL OR b.state <> 'sending') THEN 'broadcast_stopped'
        WHEN r.no_broadcasts THEN 'opted_out'
        ELSE ''
    END AS reason
    FROM delivery_delivery d
    JOIN municipalities_municipality m ON m.id = d.municipality_id
    LEFT JOIN delivery_lane l
        ON l.municipality_id = %(municipality)s AND l.run_day = d.run_day AND l.channel = d.channel
    LEFT JOIN municipalities_subscription s
        ON s.municipality_id = %(municipality)s AND s.id = d.subscription_id
    LEFT JOIN municipalities_course c
        ON c.municipality_id = %(municipality)s AND c.id = d.course_id
    LEFT JOIN municipalities_endpoint e
        ON e.municipality_id = %(municipality)s AND e.id = d.endpoint_id
    LEFT JOIN stage_messages_broadcast b
        ON b.municipality_id = %(municipality)s AND b.id = - d.text_id AND d.text_id < 0
    LEFT JOIN municipalities_reader r
        ON r.municipality_id = %(municipality)s AND r.id = s.reader_id AND d.text_id < 0
    WHERE d.run_day = %(run_day)s AND d.municipality_id = %(municipality)s
      AND d.id = ANY(%(ids)s::bigint[]) AND d.state = 'claimed'
      AND d.lease_owner = %(owner)s AND d.lease_until > now()
    FOR UPDATE OF d
)
UPDATE delivery_delivery d SET
    state = CASE mine.reason WHEN '' THEN 'sending' WHEN 'broadcast_paused' THEN 'planned'
                             WHEN 'held' THEN 'planned' ELSE 'skipped' END,
    reason = CASE WHEN mine.reason IN ('broadcast_paused', 'held') AND d.reason <> '' THEN d.reason
                  ELSE mine.reason END,
    not_before = CASE mine.reason WHEN 'broadcast_paused' THEN d.expires_at ELSE d.not_before END,
    claims = d.claims - CASE WHEN mine.reason IN ('broadcast_paused', 'held') THEN 1 ELSE 0 END,
    attempts = d.attempts + CASE WHEN mine.reason = '' THEN 1 ELSE 0 END,
    first_attempt_at = CASE WHEN mine.reason = '' THEN coalesce(d.first_attempt_at, now())
                            ELSE d.first_attempt_at END,
    settled_at = CASE WHEN mine.reason IN ('', 'broadcast_paused', 'held') THEN NULL ELSE now() END,
    lease_owner = CASE WHEN mine.reason = '' THEN d.lease_owner END,
    lease_until = CASE WHEN mine.reason = '' THEN now() + %(lease)s END
FROM mine
WHERE d.run_day = mine.run_day AND d.id = mine.id
RETURNING d.id, d.state, d.subscription_id, d.endpoint_id, d.text_id
