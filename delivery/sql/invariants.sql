-- What must be true of one municipality's day, whatever happened in it. Sixteen questions; each
-- counts what contradicts it, so 0 is right and NULL means that nobody could be asked. Production
-- asks every night about yesterday (delivery.tasks.nightly), the drills after every drill.
--
-- Runs as the weak role inside in_municipality: the policies are on, and what belongs to a
-- neighbour looks the same as what is not there. A count names no reader.
--
-- I6, I7 and I8 need a witness: what the providers say they took. Three arrays, or NULL for none:
-- channel, key ('email': the Message-ID, 'line': the retry key, one entry for each request that was
-- accepted and not only repeated), and when it was seen.
--
-- Not asked, because no history is kept for it: who had which relation or variant on a past day
-- (I1 takes today's), every single try of a request (I13 takes the request's own limits), and each
-- change of a row (I15 takes the shape that a step back leaves behind).
--
-- Parameters: municipality, run_day, kinds, anchors, variants, relations (the groups of readers who
-- were owed a text on that day), witness_channels, witness_keys, witness_times.
WITH day AS MATERIALIZED (
    SELECT * FROM delivery_delivery
    WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s
), request AS MATERIALIZED (
    SELECT id, channel, retry_key, delivery_ids, is_open, uncertain, first_sent_at, repeat_until,
           lease_owner, lease_until, length(body_sealed) AS bytes
    FROM delivery_frozenrequest
    WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s
), carried AS (
    SELECT request.*, unnest(delivery_ids) AS delivery_id FROM request
), run AS (
    SELECT * FROM delivery_run WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s
), lane AS (
    SELECT * FROM delivery_lane WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s
), said AS (
    SELECT channel, key, seen_at,
        CASE WHEN channel = 'email' THEN substring(
            key FROM '^<?(?:d\.)?' || to_char(%(run_day)s::date, 'YYYYMMDD') || '-([0-9]+)'
        )::bigint END AS mail_id,
        CASE WHEN channel = 'line' THEN key::uuid END AS retry_key
    FROM unnest(%(witness_channels)s::text[], %(witness_keys)s::text[],
                %(witness_times)s::timestamptz[]) AS witness (channel, key, seen_at)
), seen AS (
    SELECT day.id, day.state, day.channel, said.seen_at, NULL::timestamptz AS repeat_until
    FROM said JOIN day ON said.channel = 'email' AND day.channel = 'email' AND day.id = said.mail_id
    UNION ALL
    SELECT day.id, day.state, day.channel, said.seen_at, carried.repeat_until
    FROM said
    JOIN carried ON said.channel = 'line' AND carried.retry_key = said.retry_key
    JOIN day ON day.id = carried.delivery_id
), asked AS (
    SELECT %(witness_keys)s::text[] IS NOT NULL AS witness
), broken (invariant, count) AS (

-- I1  Nothing lost at planning: whoever was owed a text has a row. Asked of the readers' tables, as
-- of the last top-up (or the last hour, where nobody planned). A day without a run counts only for
-- a municipality that was at work in the week before. Courses whose date has moved since are left out.
SELECT 'I1', (
    SELECT count(*)
    FROM unnest(%(kinds)s::text[], %(anchors)s::date[], %(variants)s::text[], %(relations)s::text[])
        AS owed (kind, anchor, variant, relation)
    JOIN municipalities_municipality m ON m.id = %(municipality)s
    LEFT JOIN run ON true
    CROSS JOIN LATERAL (SELECT coalesce(
        run.topped_up_at, run.closes_at, (%(run_day)s::date + m.last_hour) AT TIME ZONE 'Asia/Tokyo'
    ) AS upto) AS last
    JOIN municipalities_course c
        ON c.municipality_id = m.id AND c.kind = owed.kind AND c.anchor = owed.anchor
       AND (c.closed_at IS NULL OR c.closed_at > last.upto)
       AND (c.realigned_on IS NULL OR c.realigned_on < %(run_day)s)
    JOIN municipalities_subscription s
        ON s.municipality_id = m.id AND s.course_id = c.id AND s.relation = owed.relation
       AND s.starts_on <= %(run_day)s AND s.created_at < last.upto
       AND (s.stopped_at IS NULL OR s.stopped_at > last.upto)
    JOIN municipalities_reader r
        ON r.municipality_id = m.id AND r.id = s.reader_id AND r.variant = owed.variant
    WHERE NOT EXISTS (SELECT 1 FROM day WHERE day.subscription_id = s.id AND day.text_id > 0)
      AND CASE
        WHEN run.planned_at IS NOT NULL THEN true
        ELSE m.service = 'live' AND last.upto < now() AND EXISTS (
            SELECT 1 FROM delivery_run before WHERE before.municipality_id = m.id
              AND before.run_day BETWEEN %(run_day)s::date - 7 AND %(run_day)s::date - 1)
      END
)
UNION ALL

-- I2  Nothing doubled at planning: one text of the day a subscription (broadcasts come beside it), one text an endpoint; and the unique key
-- that forbids it is there and valid.
SELECT 'I2', (
    SELECT count(*) FROM (
        SELECT 1 FROM day WHERE text_id > 0 GROUP BY subscription_id HAVING count(*) > 1
    ) AS twice
) + (
    SELECT count(*) FROM (
        SELECT 1 FROM day WHERE state <> 'skipped'
        GROUP BY endpoint_id, text_id HAVING count(*) > 1
    ) AS twice
) + (
    SELECT (count(*) = 0)::int FROM pg_index
    WHERE indrelid = 'delivery_delivery'::regclass AND indexrelid = to_regclass('delivery_once')
      AND indisunique AND indisvalid AND indnkeyatts = 5
)
UNION ALL

-- I3  Nothing stuck: two minutes after its last hour or its lease a row has ended or is free, and a
-- run is finished a quarter of an hour after it closed. A LINE row may wait for its open request.
SELECT 'I3', (
    SELECT count(*) FROM day
    WHERE (state = 'planned' AND expires_at < now() - interval '2 minutes')
       OR (state = 'claimed' AND lease_until < now() - interval '2 minutes')
       OR (state = 'sending' AND lease_until < now() - interval '2 minutes' AND NOT EXISTS (
            SELECT 1 FROM request WHERE request.id = day.request_id AND is_open))
) + (
    SELECT count(*) FROM request
    WHERE is_open AND repeat_until < now() - interval '15 minutes'
) + (
    SELECT count(*) FROM run
    WHERE finished_at IS NULL AND closes_at < now() - interval '15 minutes'
      AND NOT EXISTS (
        SELECT 1 FROM day WHERE text_id < 0 AND expires_at > now() - interval '15 minutes')
)
UNION ALL

-- I4  Honest marks: who was handed over has a first try and counted it; who ended has an hour, and
-- not before the first try; who waits has none.
SELECT 'I4', (
    SELECT count(*) FROM day
    WHERE (state IN ('sending', 'sent', 'unclear') AND (first_attempt_at IS NULL OR attempts < 1))
       OR (state IN ('sent', 'failed', 'skipped')) <> (settled_at IS NOT NULL)
       OR settled_at < first_attempt_at
       OR (state IN ('failed', 'skipped', 'unclear') AND reason = '')
)
UNION ALL

-- I5  Clean leases: only what is held has an owner; a closed request has neither owner nor bytes
-- (they name recipients).
SELECT 'I5', (
    SELECT count(*) FROM day
    WHERE (state IN ('claimed', 'sending')) <> (lease_owner IS NOT NULL)
       OR (lease_owner IS NULL) <> (lease_until IS NULL)
) + (
    SELECT count(*) FROM request
    WHERE NOT is_open AND (lease_owner <> '' OR lease_until IS NOT NULL OR bytes > 0)
)
UNION ALL

-- I6  Nothing accepted twice by a provider.
SELECT 'I6', CASE WHEN witness THEN (
    SELECT count(*) FROM (SELECT 1 FROM seen GROUP BY id HAVING count(*) > 1) AS twice
) END FROM asked
UNION ALL

-- I7  No false success: what is marked sent, the provider knows.
SELECT 'I7', CASE WHEN witness THEN (
    SELECT count(*) FROM day
    WHERE state = 'sent' AND NOT EXISTS (SELECT 1 FROM seen WHERE seen.id = day.id)
) END FROM asked
UNION ALL

-- I8  No hidden success: what a provider took is marked sent; unclear is honest too, and what is
-- being handed over may still say so. A mail of ours that no row explains counts as well.
SELECT 'I8', CASE WHEN witness THEN (
    SELECT count(DISTINCT id) FROM seen WHERE state IN ('planned', 'claimed', 'failed', 'skipped')
) + (
    SELECT count(*) FROM said
    JOIN municipalities_municipality m ON m.id = %(municipality)s AND m.mail_address <> ''
    WHERE mail_id IS NOT NULL AND rtrim(key, '>') LIKE '%%@' || split_part(m.mail_address, '@', 2)
      AND NOT EXISTS (SELECT 1 FROM day WHERE day.id = mail_id)
) END FROM asked
UNION ALL

-- I9  The sums that staff see: what was counted while planning, what is in the ledger, and, once the
-- run is finished, the day's facts.
SELECT 'I9', (
    SELECT count(*)
    FROM (SELECT channel, planned FROM lane) AS l
    FULL JOIN (SELECT channel, count(*) AS rows FROM day GROUP BY channel) AS d USING (channel)
    WHERE coalesce(l.planned, 0) <> coalesce(d.rows, 0)
) + (
    SELECT count(*)
    FROM (
        SELECT channel, sum(count) AS told FROM delivery_dailyfact
        WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s GROUP BY channel
    ) AS f
    FULL JOIN (SELECT channel, count(*) AS rows FROM day GROUP BY channel) AS d USING (channel)
    WHERE coalesce(f.told, 0) <> coalesce(d.rows, 0)
      AND EXISTS (SELECT 1 FROM run WHERE finished_at IS NOT NULL)
)
UNION ALL

-- I10  Inside the hours: no first try before the run opens or from its last hour on, no row and no
-- request that outlives its rows, and no provider that saw one of ours five minutes after. A broadcast has
-- its own hours, within its day.
SELECT 'I10', (
    SELECT count(*) FROM day JOIN run ON true
    WHERE day.first_attempt_at >= day.expires_at
       OR CASE WHEN day.text_id > 0 THEN
            day.first_attempt_at < run.opens_at OR day.expires_at <> run.closes_at
          ELSE
            day.first_attempt_at < day.run_day::timestamp AT TIME ZONE 'Asia/Tokyo'
            OR day.expires_at > greatest(
                run.closes_at, (day.run_day + 1)::timestamp AT TIME ZONE 'Asia/Tokyo')
          END
) + (
    SELECT count(DISTINCT carried.id) FROM carried JOIN day ON day.id = carried.delivery_id
    WHERE carried.repeat_until > day.expires_at
) + (
    SELECT count(*) FROM seen JOIN day USING (id) JOIN run ON true
    WHERE seen.seen_at > day.expires_at + interval '5 minutes'
       OR (day.text_id > 0 AND seen.seen_at < run.opens_at)
)
UNION ALL

-- I11  Consent: no first try more than five seconds after a stop, the end of a course, or the
-- beginning of a pause. (Stops carry the web server's clock, tries the database's: five seconds are
-- for the two of them and for a page that takes its time to commit.)
SELECT 'I11', (
    SELECT count(*) FROM day
    JOIN municipalities_subscription s
        ON s.municipality_id = %(municipality)s AND s.id = day.subscription_id
    JOIN municipalities_course c ON c.municipality_id = %(municipality)s AND c.id = day.course_id
    WHERE s.stopped_at < day.first_attempt_at - interval '5 seconds'
       OR c.closed_at < day.first_attempt_at - interval '5 seconds'
       OR (s.paused_at < day.first_attempt_at - interval '5 seconds'
           AND (s.paused_until IS NULL OR s.paused_until > day.run_day))
)
UNION ALL

-- I12  Inside the municipality: what a row names exists here and fits together. The ledger has no
-- foreign keys (they made planning 3.3 times slower); this is their proof. Subscription and endpoint
-- both gone is a reader who had everything erased: only ids stay, and they name nobody.
SELECT 'I12', (
    SELECT count(*) FROM day
    LEFT JOIN municipalities_subscription s
        ON s.municipality_id = %(municipality)s AND s.id = day.subscription_id
    LEFT JOIN municipalities_endpoint e
        ON e.municipality_id = %(municipality)s AND e.id = day.endpoint_id
    LEFT JOIN stage_messages_edition t
        ON t.municipality_id = %(municipality)s AND t.id = day.edition_id
    WHERE (s.id IS NULL) <> (e.id IS NULL) OR t.id IS NULL
       OR s.course_id <> day.course_id OR s.reader_id <> e.reader_id OR e.kind <> day.channel
       OR coalesce(t.base_text_id, - t.broadcast_id) <> day.text_id OR t.run_day <> day.run_day
)
UNION ALL

-- I13  One key, one content, one set of people, 23 hours: a LINE row that is being sent hangs on an
-- open request that carries it; nobody whose request had no clear answer got a second key; no
-- request may be repeated for longer than LINE remembers it, and LINE saw none later.
SELECT 'I13', (
    SELECT count(*) FROM day
    WHERE state = 'sending' AND channel = 'line' AND NOT EXISTS (
        SELECT 1 FROM carried
        WHERE carried.delivery_id = day.id AND carried.id = day.request_id AND is_open)
) + (
    SELECT count(*) FROM carried AS first JOIN carried AS second USING (delivery_id)
    WHERE first.uncertain AND second.id <> first.id AND second.first_sent_at > first.first_sent_at
) + (
    SELECT count(*) FROM request WHERE repeat_until > first_sent_at + interval '23 hours 1 second'
) + (
    SELECT count(*) FROM seen WHERE seen_at > repeat_until + interval '5 minutes'
)
UNION ALL

-- I14  Nothing disappears: on no day of the last week are there fewer rows than were counted once,
-- and no row is without its run.
SELECT 'I14', (
    SELECT count(*)
    FROM (
        SELECT run_day, sum(count) AS told FROM delivery_dailyfact
        WHERE municipality_id = %(municipality)s
          AND run_day BETWEEN %(run_day)s::date - 6 AND %(run_day)s::date
        GROUP BY run_day
    ) AS f
    WHERE f.told > (
        SELECT count(*) FROM delivery_delivery d
        WHERE d.municipality_id = %(municipality)s AND d.run_day = f.run_day)
) + (
    SELECT count(*) FROM day WHERE NOT EXISTS (SELECT 1 FROM run)
)
UNION ALL

-- I15  Only forward: the five checks that hold a row's shape are there, valid and enforced; nothing
-- waits or is left out that has a provider's word or a request, and nothing went back from being
-- sent without the provider's reason.
SELECT 'I15', (
    SELECT 5 - count(*) FROM pg_constraint AS rule
    WHERE conrelid = 'delivery_delivery'::regclass AND convalidated
      AND coalesce((to_jsonb(rule) ->> 'conenforced')::boolean, true)
      AND conname IN ('delivery_state', 'delivery_lease', 'delivery_settled', 'delivery_reason',
                      'delivery_attempted')
) + (
    SELECT count(*) FROM day
    WHERE (state IN ('planned', 'claimed', 'skipped') AND (provider_id <> '' OR request_id IS NOT NULL))
       OR (state IN ('planned', 'claimed') AND attempts > 0 AND reason = '')
)
UNION ALL

-- I16  History agrees with the ledger: whoever anything was handed over for had a span on that day. The
-- figures are counted from spans, so who received and has none is in no figure.
SELECT 'I16', (
    SELECT count(*) FROM day
    WHERE state IN ('sending', 'sent', 'failed', 'unclear') AND NOT EXISTS (
        SELECT 1 FROM municipalities_readerspan span
        WHERE span.municipality_id = %(municipality)s
          AND span.subscription_id = day.subscription_id
          AND span.from_at < (day.run_day + 1)::timestamp AT TIME ZONE 'Asia/Tokyo'
          AND (span.until_at IS NULL
               OR span.until_at >= day.run_day::timestamp AT TIME ZONE 'Asia/Tokyo'))
)
)
SELECT invariant, %(municipality)s::bigint AS municipality_id, count FROM broken
