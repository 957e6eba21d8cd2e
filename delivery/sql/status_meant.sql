-- How many deliveries were meant to be handed over, day by day, of the same municipalities and days as
-- in status_pace.sql. What was left out on purpose (a pause, a stop) was not meant.
WITH broadcast_days AS (
    SELECT DISTINCT municipality_id, run_day
    FROM stage_messages_broadcast
    WHERE run_day BETWEEN %(first)s AND %(last)s
)
SELECT f.run_day, sum(f.count)
FROM delivery_dailyfact AS f
JOIN municipalities_municipality AS m ON m.id = f.municipality_id AND m.send_time < '09:00'
LEFT JOIN broadcast_days AS b ON b.municipality_id = f.municipality_id AND b.run_day = f.run_day
WHERE f.run_day BETWEEN %(first)s AND %(last)s AND f.state <> 'skipped' AND b.run_day IS NULL
GROUP BY 1
