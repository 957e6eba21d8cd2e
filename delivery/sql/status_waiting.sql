-- Day by day, as far as it was counted: how many readers of live municipalities that send before 9:00
-- there were at its end. It tells a day on which nothing was planned from a time before the first reader.
SELECT a."on", sum(a.readers)
FROM delivery_audiencefact AS a
JOIN municipalities_municipality AS m
    ON m.id = a.municipality_id AND m.send_time < '09:00' AND m.service = 'live'
WHERE a.dimension = 'all' AND a."on" BETWEEN %(first)s AND %(last)s
GROUP BY 1
