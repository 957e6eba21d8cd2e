-- Requests as they will be made, and repeated: key, people and bytes, with the first try's lease.
-- It is repeated until the last hour of its people (all of one text: they share it; an urgent broadcast
-- may end later than the run), and never for longer than the provider remembers the key.
-- The same people and bytes give the same key: a request that was certainly not accepted before is
-- opened again instead of being made twice.
--
-- Parameters: municipality, run_day, channel, keys, people (delivery ids, each list as '{1,2}'),
-- bodies, repeat_for (interval), owner, lease (interval).
INSERT INTO delivery_frozenrequest (
    municipality_id, run_day, channel, retry_key, delivery_ids, body_sealed, is_open, uncertain,
    attempts, first_sent_at, not_before, repeat_until, lease_owner, lease_until
)
SELECT
    %(municipality)s, %(run_day)s, %(channel)s, f.key, f.people::bigint[], f.body, true, false,
    1, now(), now(), least(d.expires_at, now() + %(repeat_for)s), %(owner)s, now() + %(lease)s
FROM unnest(%(keys)s::uuid[], %(people)s::text[], %(bodies)s::bytea[]) AS f (key, people, body)
JOIN delivery_delivery d ON d.run_day = %(run_day)s AND d.municipality_id = %(municipality)s
    AND d.id = (f.people::bigint[])[1]
ON CONFLICT (municipality_id, retry_key) DO UPDATE SET
    delivery_ids = excluded.delivery_ids, body_sealed = excluded.body_sealed,
    is_open = true, uncertain = false, attempts = 1, first_sent_at = excluded.first_sent_at,
    not_before = excluded.not_before, repeat_until = excluded.repeat_until,
    lease_owner = excluded.lease_owner, lease_until = excluded.lease_until
RETURNING id, retry_key
