-- Which approved broadcasts are to leave now? Their hour has come, the waiting time after the approval
-- is over, and it is still their day: one that was missed is never sent on another day by itself.
-- Read across all municipalities by the dispatcher's role, which sees no text and no reader.
--
-- Parameters: today, waiting (interval).
SELECT b.municipality_id, b.id
FROM stage_messages_broadcast b
JOIN municipalities_municipality m ON m.id = b.municipality_id AND m.service = 'live'
WHERE b.state = 'approved' AND b.send_at <= now() AND b.approved_at <= now() - %(waiting)s
  AND b.send_at >= %(today)s::timestamp AT TIME ZONE 'Asia/Tokyo'
  AND b.send_at < (%(today)s::date + 1)::timestamp AT TIME ZONE 'Asia/Tokyo'
ORDER BY b.send_at, b.id
