-- How many readers of all municipalities have no text, by day and stage. Read by the NPO's role.
--
-- Parameters: first, last.
SELECT f.run_day, gap.key, sum(gap.value::int)
FROM delivery_forecast f CROSS JOIN LATERAL jsonb_each_text(f.gaps) AS gap (key, value)
WHERE f.run_day BETWEEN %(first)s AND %(last)s AND f.without_text > 0
GROUP BY f.run_day, gap.key
