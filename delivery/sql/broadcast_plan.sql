-- Write a broadcast into the ledger in one statement: its text is the negative of its number, so that
-- the unique key holds for it as for the texts of the day. Who is meant and gets nothing has a row that
-- says why; whoever stopped is not written about, as in planning the day.
--
-- Parameters: those of broadcast_people.sql, which stands in the place of the mark; edition,
-- expires_at. Returns channel, state and how many rows were added.
WITH added AS (
    INSERT INTO delivery_delivery (
        run_day, municipality_id, subscription_id, endpoint_id, course_id, kind, anchor,
        text_id, edition_id, channel, not_before, expires_at, state, reason, settled_at
    )
    SELECT
        %(run_day)s, %(municipality)s, subscription_id, endpoint_id, course_id, kind, anchor,
        - %(broadcast)s::bigint, %(edition)s, channel, now(), %(expires_at)s,
        CASE WHEN reason = '' THEN 'planned' ELSE 'skipped' END,
        reason,
        CASE WHEN reason = '' THEN NULL ELSE now() END
    FROM (/* people */) AS meant
    WHERE reason <> 'stopped'
    ORDER BY channel, subscription_id
    ON CONFLICT (run_day, municipality_id, subscription_id, endpoint_id, text_id) DO NOTHING
    RETURNING channel, state
)
SELECT channel, state, count(*) FROM added GROUP BY channel, state
