-- How long the oldest service mail has been due. Read by the dispatcher's role.
SELECT coalesce(extract(epoch FROM statement_timestamp() - min(not_before)), 0)
FROM municipalities_servicemail
WHERE state IN ('waiting', 'sending') AND not_before <= statement_timestamp()
