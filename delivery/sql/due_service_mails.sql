-- Municipalities in which a service mail waits, the one that waited longest first. Read across all of
-- them by the dispatcher's role, which sees no address.
SELECT municipality_id FROM municipalities_servicemail
WHERE state IN ('waiting', 'sending')
  AND CASE state WHEN 'waiting' THEN not_before <= statement_timestamp() ELSE lease_until <= statement_timestamp() END
GROUP BY municipality_id
ORDER BY min(not_before)
