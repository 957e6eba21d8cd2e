-- Which live municipality has no forecast of this evening for one of the next seven days? Tomorrow's
-- come first. Read by the NPO's role.
--
-- Parameters: tomorrow, evening (when this evening began).
SELECT m.id, days.day::date
FROM municipalities_municipality m
CROSS JOIN generate_series(
    %(tomorrow)s::date, %(tomorrow)s::date + 6, interval '1 day'
) AS days (day)
WHERE m.service = 'live' AND NOT EXISTS (
    SELECT 1 FROM delivery_forecast f
    WHERE f.municipality_id = m.id AND f.run_day = days.day::date AND f.made_at >= %(evening)s
)
ORDER BY days.day, m.id
