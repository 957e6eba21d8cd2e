-- Where a sweep has something to look at: runs that are not finished. Whoever swept a run lately has
-- done it for everybody; and between planning and the send time there is nothing to see twice (for
-- all of Japan that is a million rows, counted again by every worker every half minute).
--
-- Parameters: every (seconds; 0 looks at all of them).
SELECT municipality_id, run_day FROM delivery_run
WHERE finished_at IS NULL
  AND (%(every)s = 0 OR swept_at IS NULL OR (
    swept_at < now() - make_interval(secs => %(every)s)
    AND (now() >= opens_at OR swept_at < topped_up_at)
  ))
ORDER BY run_day
