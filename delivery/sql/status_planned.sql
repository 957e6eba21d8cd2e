-- Was the day planned? Day by day since the first plan, of live municipalities that send before 9:00:
-- true where each of those that had begun by then has its plan of that day, also an empty one.
SELECT day::date, bool_and(r.planned_at IS NOT NULL)
FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS day
JOIN (
    SELECT m.id, (SELECT min(run_day) FROM delivery_run WHERE municipality_id = m.id) AS begun
    FROM municipalities_municipality AS m
    WHERE m.send_time < '09:00' AND m.service = 'live'
) AS early ON early.begun <= day
LEFT JOIN delivery_run AS r ON r.municipality_id = early.id AND r.run_day = day::date
GROUP BY 1
