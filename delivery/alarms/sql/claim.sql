-- Which questions has nobody asked lately? They are noted as asked now, by the database's clock, and
-- whoever gets them back asks them: over all processes each is asked once in its time.
--
-- Parameters: causes (text[]), seconds (int[], how old an answer may be). Returns the causes to ask.
INSERT INTO delivery_alarmcheck AS known (cause, asked_at, outcome)
SELECT due.cause, clock_timestamp(), 'ok'
FROM unnest(%(causes)s::text[], %(seconds)s::int[]) AS due (cause, seconds)
WHERE NOT EXISTS (
    SELECT 1 FROM delivery_alarmcheck asked
    WHERE asked.cause = due.cause
      AND asked.asked_at > clock_timestamp() - make_interval(secs => due.seconds)
)
ON CONFLICT (cause) DO UPDATE SET asked_at = excluded.asked_at
-- Two asked in the same moment: the second finds the first one's mark and gets nothing.
WHERE known.asked_at < excluded.asked_at - interval '20 seconds'
RETURNING cause
