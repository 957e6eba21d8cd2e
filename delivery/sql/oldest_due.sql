-- How long the oldest open lane of each channel has been due; what the NPO holds is
-- not due. Read by the dispatcher's role.
SELECT channel, extract(epoch FROM now() - min(not_before))
FROM delivery_lane WHERE is_open AND NOT is_held AND not_before <= now() GROUP BY channel
