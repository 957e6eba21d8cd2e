-- Which live municipality has a day without a finished plan, and which may have one to top up? Asked
-- by beat, by every worker's tick, by a command: whoever asks, the answer is derived and the same.
-- Planning begins an hour before the send time; people who join are added every ten minutes.
--
-- Parameters: today. Returns the municipality and whether its day is planned already.
SELECT m.id, r.planned_at IS NOT NULL AS is_planned
FROM municipalities_municipality m
LEFT JOIN delivery_run r ON r.municipality_id = m.id AND r.run_day = %(today)s
WHERE m.service = 'live'
  AND CASE
    WHEN r.id IS NULL THEN
        now() >= ((%(today)s::date + m.send_time) AT TIME ZONE 'Asia/Tokyo') - interval '1 hour'
    ELSE r.planned_at IS NULL
        OR (now() < r.closes_at AND r.topped_up_at < now() - interval '10 minutes')
  END
ORDER BY r.planned_at NULLS FIRST, m.id
