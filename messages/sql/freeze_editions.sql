-- Store a municipality's editions in one statement; what is there already stays as it was frozen.
--
-- One JSON parameter instead of a dozen for each row: half the time for 300 editions of 6 kB.
--
-- Parameters: municipality, run_day, editions (a JSON list of objects; digest in hexadecimal).
INSERT INTO stage_messages_edition (
    municipality_id, run_day, base_text_id, text_version_id, block_ids, subject, mail_text,
    mail_html, line_text, web_html, digest, frozen_at
)
SELECT
    %(municipality)s, %(run_day)s, base_text_id, text_version_id, block_ids, subject, mail_text,
    mail_html, line_text, web_html, decode(digest, 'hex'), now()
FROM json_to_recordset(%(editions)s::json) AS one (
    base_text_id bigint, text_version_id bigint, block_ids bigint[], subject text, mail_text text,
    mail_html text, line_text text, web_html text, digest text
)
ON CONFLICT (municipality_id, run_day, base_text_id, digest) DO NOTHING
