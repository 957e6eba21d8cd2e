-- Which versions a municipality sent, from which day to which: added up from its frozen editions. Looks
-- from the last noted day on; the first time at everything. Repeating it changes nothing.
--
-- Parameters: municipality, until.
INSERT INTO stage_messages_versionuse (municipality_id, version_id, first_day, last_day)
SELECT e.municipality_id, e.text_version_id, min(e.run_day), max(e.run_day)
FROM stage_messages_edition e
WHERE e.municipality_id = %(municipality)s
  AND e.text_version_id IS NOT NULL
  AND e.run_day <= %(until)s
  AND e.run_day >= coalesce(
      (
          SELECT max(u.last_day) FROM stage_messages_versionuse u
          WHERE u.municipality_id = %(municipality)s
      ),
      '-infinity'::date
  )
GROUP BY 1, 2
ON CONFLICT (municipality_id, version_id) DO UPDATE
SET first_day = least(stage_messages_versionuse.first_day, excluded.first_day),
    last_day = greatest(stage_messages_versionuse.last_day, excluded.last_day)
