-- Whether one more mail may go out, and if so the note that it does; the answer is the first limit
-- that is full, or nothing. Keys are keyed hashes; an empty network is not counted.
WITH limits (name, key, span, most) AS (
    VALUES
        ('address', %(address)s::bytea, interval '1 hour', 3),
        ('address', %(address)s::bytea, interval '1 day', 5),
        ('address', %(address)s::bytea, interval '7 days', 10),
        ('network', %(network)s::bytea, interval '1 hour', 60),
        ('municipality', %(municipality)s::bytea, interval '1 hour', 5000)
),
reached AS (
    SELECT name
    FROM limits
    WHERE (
        SELECT count(*)
        FROM (
            SELECT 1
            FROM municipalities_mailasked AS asked
            WHERE asked.key = limits.key AND asked.at > now() - limits.span
            LIMIT limits.most
        ) AS enough
    ) >= most
    -- A crowded network is told before a full mailbox: there, too, no address shows.
    ORDER BY name DESC
    LIMIT 1
),
noted AS (
    INSERT INTO municipalities_mailasked (key, at)
    SELECT DISTINCT key, now()
    FROM limits
    WHERE key <> ''::bytea AND NOT EXISTS (SELECT 1 FROM reached)
)
SELECT name FROM reached
