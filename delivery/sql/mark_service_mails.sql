-- Write down what became of service mails, and forget the address of those that are over. What a
-- worker whose lease ran out has to say is taken where it is final; it may not free a mail that
-- somebody else holds now (the number of the attempt tells).
--
-- Parameters: municipality, answers (a JSON list of objects: id, attempt, state, reason, wait in
-- seconds, tried: whether this attempt counts).
UPDATE municipalities_servicemail m SET
    state = a.state,
    reason = a.reason,
    attempts = m.attempts - CASE WHEN a.tried THEN 0 ELSE 1 END,
    not_before = CASE a.state WHEN 'waiting' THEN statement_timestamp() + make_interval(secs => a.wait)
                              ELSE m.not_before END,
    lease_until = NULL,
    handed_over_at = CASE a.state WHEN 'sent' THEN statement_timestamp() END,
    address_sealed = CASE a.state WHEN 'waiting' THEN m.address_sealed ELSE '' END
FROM json_to_recordset(%(answers)s::json)
    AS a (id bigint, attempt int, state text, reason text, wait float8, tried boolean)
WHERE m.municipality_id = %(municipality)s AND m.id = a.id
  AND (m.state = 'sending' AND m.attempts = a.attempt
       OR m.state IN ('waiting', 'sending') AND a.state <> 'waiting')
