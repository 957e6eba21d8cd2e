"""What was frozen is what is sent: a correction or a withdrawal in the middle concerns tomorrow."""

from tests.drills.catalogue import drill
from tests.drills.checker import Expected
from tests.drills.day import Day

EDITIONS = (
    "SELECT id, base_text_id, text_version_id, encode(sha256(convert_to(subject || mail_text ||"
    " mail_html || line_text, 'UTF8')), 'hex') FROM stage_messages_edition"
    " WHERE run_day = %s ORDER BY id"
)
CORRECT = (
    "INSERT INTO stage_messages_textversion (base_text_id, variant, number, subject, body,"
    " supervisor, effective_from, is_sample, created_at)"
    " SELECT v.base_text_id, v.variant, v.number + 1, '訂正', '訂正した文章です。', '', %s, true, now()"
    " FROM stage_messages_textversion v WHERE v.id = ANY(%s)"
)


@drill("D20", "texts are corrected and withdrawn in the middle of the run")
def texts_change(day: Day) -> Expected:
    day.begin()
    day.start_workers(2)
    day.until_sent(day.rng.uniform(0.1, 0.2))
    before = day.sql(EDITIONS, day.today)
    versions = sorted({row[2] for row in before})
    day.rng.shuffle(versions)
    half = len(versions) // 2
    day.sql(CORRECT, day.today, versions[:half])
    day.fault("text corrected", half)
    day.sql(
        "UPDATE stage_messages_textversion SET withdrawn_at = now() WHERE id = ANY(%s)",
        versions[half:],
    )
    day.fault("text withdrawn", len(versions) - half)
    # As if ten minutes had passed: everybody's plan is topped up with the new texts on the shelf.
    day.sql("UPDATE delivery_run SET topped_up_at = topped_up_at - interval '11 minutes'")
    day.settle()
    expected = Expected()
    expected.demand(before != [], "no edition was frozen when the texts changed")
    expected.demand(before == day.sql(EDITIONS, day.today), "an edition changed, came or went")
    wrong = day.sql(
        "SELECT count(*) FROM delivery_delivery WHERE run_day = %s AND edition_id <> ALL(%s)",
        day.today,
        [row[0] for row in before],
    )[0][0]
    expected.demand(wrong == 0, f"{wrong} rows have another edition")
    return expected
