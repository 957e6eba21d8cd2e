-- Lets many municipalities' day wait by one statement, each under its own policy: the setting that the
-- policies ask for is turned to one after the other. A run that is being planned or swept just now is
-- not waited for, nor is a lane of it that somebody writes: its hold is written, and the next sweep
-- makes the lanes say so. All other lanes hold from this moment on.
--
-- Setting app.asked (JSON): day, reason, by, at, chosen [{municipality, waiting}]. Sets app.done to how
-- many municipalities wait now that did not before.
DO $$
DECLARE
    asked jsonb := current_setting('app.asked')::jsonb;
    outside text := current_setting('app.municipality_id', true);
    the_day date := (asked ->> 'day')::date;
    done integer := 0;
    one record;
    hold_id bigint;
BEGIN
    -- Two who press at once: the second sees what the first has held.
    PERFORM pg_advisory_xact_lock(hashtext('hold many'));
    FOR one IN
        SELECT * FROM jsonb_to_recordset(asked -> 'chosen') AS c (municipality bigint, waiting integer)
        ORDER BY municipality
    LOOP
        PERFORM set_config('app.municipality_id', one.municipality::text, true);
        CONTINUE WHEN (
            SELECT bool_or(channel = '') OR count(DISTINCT channel) >= 2 FROM delivery_hold
            WHERE municipality_id = one.municipality AND run_day = the_day
              AND (kind = 'pause' AND resumed_at IS NULL AND withdrawn_at IS NULL
                   OR kind = 'stop' AND agreed_at IS NOT NULL)
        );
        INSERT INTO delivery_hold
            (municipality_id, run_day, channel, kind, reason, waiting, asked_by_id, asked_at, resume_reason)
        VALUES (
            one.municipality, the_day, '', 'pause', asked ->> 'reason', one.waiting,
            (asked ->> 'by')::bigint, (asked ->> 'at')::timestamptz, ''
        )
        RETURNING id INTO hold_id;
        PERFORM 1 FROM delivery_run
        WHERE municipality_id = one.municipality AND run_day = the_day
        FOR UPDATE SKIP LOCKED;
        IF FOUND THEN
            UPDATE delivery_lane SET is_held = true
            WHERE municipality_id = one.municipality AND run_day = the_day;
        ELSE
            UPDATE delivery_lane SET is_held = true WHERE id IN (
                SELECT id FROM delivery_lane
                WHERE municipality_id = one.municipality AND run_day = the_day
                FOR NO KEY UPDATE SKIP LOCKED
            );
        END IF;
        INSERT INTO municipalities_staffact (municipality_id, at, staff_id, act, about, purpose, details)
        VALUES (
            one.municipality, (asked ->> 'at')::timestamptz, (asked ->> 'by')::bigint, 'npo.paused',
            'hold ' || hold_id, asked ->> 'reason',
            jsonb_build_object('day', the_day, 'channel', '', 'count', one.waiting)
        );
        done := done + 1;
    END LOOP;
    PERFORM set_config('app.municipality_id', coalesce(outside, ''), true);
    PERFORM set_config('app.done', done::text, true);
END $$
