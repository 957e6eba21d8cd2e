-- One wish about many pauses by one statement, each under its own municipality's policy. What became of
-- a pause meanwhile wins: it is left as it is. The next sweep frees the lanes of what goes on.
--
-- Setting app.asked (JSON): wish, reason, by, at, chosen [{municipality, hold}]. The wishes: ask (it waits
-- for a second person), resume (so few that one is enough), agree (to what another asked for), keep (the
-- question is taken back). Sets app.done to how many pauses it was done to.
DO $$
DECLARE
    asked jsonb := current_setting('app.asked')::jsonb;
    outside text := current_setting('app.municipality_id', true);
    wish text := asked ->> 'wish';
    me bigint := (asked ->> 'by')::bigint;
    moment timestamptz := (asked ->> 'at')::timestamptz;
    done integer := 0;
    one record;
    hold record;
BEGIN
    FOR one IN
        SELECT * FROM jsonb_to_recordset(asked -> 'chosen') AS c (municipality bigint, hold bigint)
        ORDER BY municipality, hold
    LOOP
        PERFORM set_config('app.municipality_id', one.municipality::text, true);
        UPDATE delivery_hold SET
            resume_asked_by_id = CASE wish WHEN 'keep' THEN NULL WHEN 'agree' THEN resume_asked_by_id
                                           ELSE me END,
            resume_asked_at = CASE wish WHEN 'keep' THEN NULL WHEN 'agree' THEN resume_asked_at
                                        ELSE moment END,
            resume_reason = CASE wish WHEN 'keep' THEN '' WHEN 'agree' THEN resume_reason
                                      ELSE asked ->> 'reason' END,
            resumed_by_id = CASE WHEN wish IN ('resume', 'agree') THEN me END,
            resumed_at = CASE WHEN wish IN ('resume', 'agree') THEN moment END
        WHERE municipality_id = one.municipality AND id = one.hold AND kind = 'pause'
          AND withdrawn_at IS NULL AND resumed_at IS NULL
          AND CASE wish WHEN 'agree' THEN resume_asked_by_id <> me
                        WHEN 'keep' THEN resume_asked_by_id IS NOT NULL
                        ELSE resume_asked_by_id IS NULL END
        RETURNING * INTO hold;
        CONTINUE WHEN NOT FOUND;
        INSERT INTO municipalities_staffact (municipality_id, at, staff_id, act, about, purpose, details)
        VALUES (
            one.municipality, moment, me,
            CASE wish WHEN 'ask' THEN 'npo.resume_asked' WHEN 'keep' THEN 'npo.resume_withdrawn'
                      ELSE 'npo.resumed' END,
            'hold ' || hold.id, hold.resume_reason,
            jsonb_build_object('day', hold.run_day, 'channel', hold.channel, 'count', hold.waiting)
        );
        done := done + 1;
    END LOOP;
    PERFORM set_config('app.municipality_id', coalesce(outside, ''), true);
    PERFORM set_config('app.done', done::text, true);
END $$
