-- When has this lane work again? Derived from the ledger and the open requests. No row: it is done.
--
-- Parameters: municipality, run_day, channel.
SELECT min(at) FROM (
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
) AS due
