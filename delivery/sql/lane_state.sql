-- When has this lane work again? Derived from the ledger and the open requests. NULL: it is done.
-- Mostly one row that is due answers; only without one are all of the lane's rows looked at (asked
-- after each of a city's 600 batches, the whole look would read 90 million rows).
--
-- Parameters: municipality, run_day, channel.
SELECT coalesce((
    SELECT not_before FROM delivery_delivery
    WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s
      AND channel = %(channel)s AND state = 'planned' AND not_before <= now()
    LIMIT 1
), (SELECT min(at) FROM (
    SELECT min(not_before) AS at FROM delivery_delivery
    WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s
      AND channel = %(channel)s AND state = 'planned'
    UNION ALL
    SELECT min(lease_until) FROM delivery_delivery
    WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s
      AND channel = %(channel)s AND state = 'claimed'
    UNION ALL
    SELECT min(greatest(not_before, lease_until)) FROM delivery_frozenrequest
    WHERE municipality_id = %(municipality)s AND run_day = %(run_day)s
      AND channel = %(channel)s AND is_open
) AS due))
