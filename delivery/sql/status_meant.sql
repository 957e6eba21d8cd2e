-- Day by day: how many deliveries were meant to be handed over, of the same municipalities and days as
-- in status_pace.sql, and how many were planned at all.
-- What was left out on purpose was not meant. What was skipped because the last hour was over was.
WITH broadcast_days AS (
    SELECT DISTINCT municipality_id, run_day
    FROM stage_messages_broadcast
    WHERE run_day BETWEEN %(first)s AND %(last)s
)
SELECT f.run_day,
    coalesce(sum(f.count) FILTER (
        WHERE b.run_day IS NULL AND NOT (f.state = 'skipped' AND f.reason = ANY(%(on_purpose)s))
    ), 0) AS meant,
    sum(f.count) AS planned
FROM delivery_dailyfact AS f
JOIN municipalities_municipality AS m ON m.id = f.municipality_id AND m.send_time < '09:00'
LEFT JOIN broadcast_days AS b ON b.municipality_id = f.municipality_id AND b.run_day = f.run_day
WHERE f.run_day BETWEEN %(first)s AND %(last)s
GROUP BY 1
