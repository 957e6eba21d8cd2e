-- The day's facts for one municipality, all from one look at its ledger: how many ended how, what
-- planning counted against what is there, since when something waits, and how many were sent in which
-- five minutes. The old facts are deleted before, in the caller's transaction.
--
-- A text of the day waits since it was first tried, or since it could have been: who joined at noon does
-- not wait since the morning. A broadcast (a negative text_id) waits since it left, or went on again.
--
-- Parameters: municipality, run_day. Returns how many deliveries are still open.
WITH counted AS (
    SELECT channel, state, reason,
        CASE WHEN state = 'sent' THEN least(287, greatest(0, floor(
            extract(epoch FROM settled_at AT TIME ZONE 'Asia/Tokyo' - run_day::timestamp) / 300
        )))::smallint END AS slot,
        count(*) AS count,
        count(*) FILTER (WHERE text_id < 0) AS broadcasts,
        min(CASE WHEN text_id > 0 THEN coalesce(first_attempt_at, not_before) ELSE not_before END)
            FILTER (
                WHERE state IN ('planned', 'claimed', 'sending') AND reason <> 'broadcast_paused'
            ) AS since
    FROM delivery_delivery
    WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s
    GROUP BY 1, 2, 3, 4
), daily AS (
    INSERT INTO delivery_dailyfact (municipality_id, run_day, channel, state, reason, count)
    SELECT %(municipality)s, %(run_day)s, channel, state, reason, sum(count)
    FROM counted GROUP BY channel, state, reason
), pace AS (
    INSERT INTO delivery_pacefact (municipality_id, run_day, channel, slot, count)
    SELECT %(municipality)s, %(run_day)s, channel, slot, sum(count)
    FROM counted WHERE slot IS NOT NULL GROUP BY channel, slot
), there AS (
    SELECT channel, sum(count) AS rows, sum(broadcasts) AS broadcasts, min(since) AS since
    FROM counted GROUP BY channel
), day AS (
    INSERT INTO delivery_dayfact (
        municipality_id, run_day, channel, planned, broadcasts, unexplained, waiting_since, is_held,
        counted_at
    )
    SELECT %(municipality)s, %(run_day)s, channel, coalesce(planned, 0), coalesce(broadcasts, 0),
        abs(coalesce(planned, 0) - coalesce(rows, 0)), since, coalesce(is_held, false), now()
    FROM (
        SELECT channel, planned, is_held FROM delivery_lane
        WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s
    ) AS lane FULL JOIN there USING (channel)
)
SELECT coalesce(sum(count), 0) FROM counted WHERE state IN ('planned', 'claimed', 'sending')
