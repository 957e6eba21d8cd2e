-- Where a sweep has something to look at: runs that are not finished.
SELECT municipality_id, run_day FROM delivery_run WHERE finished_at IS NULL ORDER BY run_day
