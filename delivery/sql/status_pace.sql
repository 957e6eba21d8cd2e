-- How many deliveries were handed over how long after their municipality's hour, day by day.
-- Only municipalities that send before 9:00, and only days without a broadcast of theirs: broadcasts
-- go out when somebody wants them to, and would be taken for late texts.
-- delay: whole minutes from the hour of sending to the end of the five minutes; early: before 9:00.
WITH early_ones AS (
    SELECT id, (extract(epoch FROM send_time) / 60)::int AS begins
    FROM municipalities_municipality
    WHERE send_time < '09:00'
),
broadcast_days AS (
    SELECT DISTINCT municipality_id, run_day
    FROM stage_messages_broadcast
    WHERE run_day BETWEEN %(first)s AND %(last)s
)
SELECT p.run_day, (p.slot + 1) * 5 - m.begins AS delay, p.slot < 108 AS early, sum(p.count)
FROM delivery_pacefact AS p
JOIN early_ones AS m ON m.id = p.municipality_id
LEFT JOIN broadcast_days AS b ON b.municipality_id = p.municipality_id AND b.run_day = p.run_day
WHERE p.run_day BETWEEN %(first)s AND %(last)s AND b.run_day IS NULL
GROUP BY 1, 2, 3
