"""All causes of alarm, the most urgent first. docs/operations.md says for each what to do."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from delivery.alarms.cause import Cause, Told
from delivery.alarms.checks import content, figures, holds, inside, links, office, runs
from delivery.alarms.places import (
    BLOCKS,
    CONTACTS,
    COURSE,
    DAY,
    DOMAIN,
    FIGURES,
    HOLDS,
    MUNICIPALITY,
    OVERDUE_TEXTS,
    STAFF,
    TEXTS,
    TODAY,
)

HOUR = timedelta(minutes=59)
OPERATORS, EDITORS, PARTNER, MANAGERS = Told.OPERATORS, Told.EDITORS, Told.PARTNER, Told.MANAGERS

_ALL = (
    Cause(
        "run_not_started", (OPERATORS,), runs.run_not_started,
        _("The morning has not begun"),
        _("No municipality is planned yet, though %(count)s should be."),
        _("Look whether beat and the workers are running."),
        TODAY,
    ),
    Cause(
        "beat_stopped", (OPERATORS,), runs.beat_stopped,
        _("The timetable is silent"),
        _("The timetable (beat) has not spoken for %(minutes)s minutes."),
        _("Start beat again. The workers go on by themselves until then."),
        TODAY,
    ),
    Cause(
        "day_not_planned", (OPERATORS,), runs.day_not_planned,
        _("A municipality is not planned"),
        _("Planning should have been done since %(time)s and is not."),
        _("Look for “planning failed” in the log."),
        DAY,
    ),
    Cause(
        "nothing_sent", (OPERATORS, PARTNER), runs.nothing_sent,
        _("Nothing was sent"),
        _("%(channel)s: %(owed)s should go out, none was sent."),
        _("Look at the reasons of the day: sender address, LINE account, mail server."),
        DAY,
    ),
    Cause(
        "run_stuck", (OPERATORS,), runs.run_stuck,
        _("Sending stands still"),
        _("%(channel)s: nothing was sent for %(minutes)s minutes, %(pending)s are left."),
        _("Look whether the mail server or LINE answers, and whether the workers are running."),
        DAY,
    ),
    Cause(
        "held_to_the_end", (OPERATORS, PARTNER), holds.held_to_the_end,
        _("On hold until it is too late"),
        _("%(count)s are on hold and end unsent at %(time)s."),
        _("Let it go on, or stop it for the day and tell the municipality."),
        DAY,
    ),
    Cause(
        "second_person", (OPERATORS,), holds.second_person,
        _("A second person is missing"),
        _("%(wish)s on %(day)s has waited %(minutes)s minutes for a second person:"
          " %(municipalities)s municipalities, %(count)s deliveries."),
        _("Somebody who did not ask for it agrees, or takes it back."),
        HOLDS,
    ),
    Cause(
        "counting_stopped", (OPERATORS,), runs.counting_stopped,
        _("The day is not counted"),
        _("The day was last counted %(minutes)s minutes ago: the figures shown are old."),
        _("Look whether the workers are running, and for “sweeping failed” in the log."),
        DAY,
    ),
    Cause(
        "failure_spike", (OPERATORS,), runs.failure_spike,
        _("Many could not be sent"),
        _("%(channel)s: %(failed)s could not be sent, %(share)s%% (usually %(usual)s%%)."),
        _("Look at the reasons: one mail provider, or the sender's domain?"),
        DAY,
    ),
    Cause(
        "unexplained", (OPERATORS,), runs.unexplained,
        _("A difference without an explanation"),
        _("%(day)s, %(channel)s: a difference of %(count)s that nothing explains."),
        _("Keep the rows and logs of the day and tell the developers."),
        DAY,
    ),
    Cause(
        "invariant_broken", (OPERATORS,), runs.invariant_broken,
        _("Yesterday contradicts itself"),
        _("Rule %(name)s does not hold in %(count)s municipalities."),
        _("Ask which rows: manage.py check_invariants. Then tell the developers."),
        TODAY, every=timedelta(minutes=10),
    ),
    Cause(
        "month_end_differs", (OPERATORS,), inside.month_end_differs,
        _("A reported figure is counted otherwise now"),
        _("The active readers that were reported for %(day)s are not what their history tells."),
        _("Keep both, report neither anew: the developers find which one is wrong."),
        FIGURES, nightly=True,
    ),
    Cause(
        "forecast_differs", (OPERATORS,), runs.forecast_differs,
        _("Other than expected the evening before"),
        _("%(channel)s: %(expected)s were expected, %(planned)s were planned."),
        _("Was a text withdrawn, were readers moved or imported? If not, hold the run and look."),
        DAY,
    ),
    Cause(
        "service_mails_wait", (OPERATORS,), runs.service_mails_wait,
        _("Confirmations wait"),
        _("Somebody has waited %(minutes)s minutes for the confirmation of a registration."),
        _("Look whether a worker for e-mail is running and the mail server answers."),
        TODAY,
    ),
    Cause(
        "text_gap", (EDITORS,), inside.text_gap,
        _("A text is missing"),
        _("There is no text for %(stage)s. %(readers)s readers meet it on %(day)s."),
        _("Write the text and have it reviewed before that day."),
        COURSE, nightly=True,
    ),
    Cause(
        "review_overdue", (EDITORS,), content.review_overdue,
        _("Texts past their day of review"),
        _("%(count)s texts are past their day of review, the oldest since %(day)s."),
        _("Give them to a reviewer; they are sent on meanwhile."),
        OVERDUE_TEXTS, every=HOUR,
    ),
    Cause(
        "link_dead", (EDITORS,), links.link_dead,
        _("Links in texts lead nowhere"),
        _("%(count)s links in texts lead to a page that is gone: %(link)s"),
        _("Look for the page's new address and publish a new version."),
        TEXTS, nightly=True,
    ),
    Cause(
        "block_spike", (EDITORS, PARTNER), figures.block_spike,
        _("More readers than usual were lost"),
        _("%(channel)s: %(count)s readers blocked us, or their address ended, within two days"
          " (usually %(usual)s)."),
        _("Read what was sent on those days: a broadcast, an announcement, a new text?"),
        DAY, statistical=True, every=HOUR,
    ),
    Cause(
        "registrations_fall", (PARTNER,), figures.registrations_fall,
        _("Fewer registrations"),
        _("%(count)s registrations in 28 days; in the same weeks a year before: %(before)s."),
        _("Ask the municipality: are the leaflets still handed out, do the QR codes lead here?"),
        FIGURES, statistical=True, every=HOUR,
    ),
    Cause(
        "no_announcement_long", (PARTNER, MANAGERS), content.no_announcement_long,
        _("No announcement for three months"),
        _("Nothing of the municipality's own has reached readers for %(days)s days."),
        _("Call them and offer an example of the season."),
        MUNICIPALITY, BLOCKS, every=HOUR,
    ),
    Cause(
        "no_announcement", (MANAGERS,), content.no_announcement,
        _("No announcement for two months"),
        _("Nothing of the municipality's own has reached readers for %(days)s days."),
        _("Write an announcement; the examples of the season help."),
        MUNICIPALITY, BLOCKS, every=HOUR,
    ),
    Cause(
        "contact_stale", (MANAGERS, PARTNER), content.contact_stale,
        _("Telephone numbers nobody has checked"),
        _("%(count)s contacts were not checked for 180 days."),
        _("Call each number once and press “Right as of today”."),
        MUNICIPALITY, CONTACTS, every=HOUR,
    ),
    Cause(
        "block_link_dead", (MANAGERS, PARTNER), links.block_link_dead,
        _("Links in announcements lead nowhere"),
        _("%(count)s links in announcements lead to a page that is gone: %(link)s"),
        _("Look for the page's new address and change the announcement."),
        MUNICIPALITY, BLOCKS, nightly=True,
    ),
    Cause(
        "sender_domain", (OPERATORS, PARTNER), office.sender_domain,
        _("The sender's domain"),
        _("%(domain)s: %(wrong)s"),
        _("Check the domain again and tell the municipality which record to enter."),
        DOMAIN, every=HOUR,
    ),
    Cause(
        "contract_ends", (PARTNER,), office.contract_ends,
        _("A contract ends"),
        _("The contract ends on %(day)s, in %(days)s days."),
        _("Agree on the renewal and enter the new day, or tell the end."),
        MUNICIPALITY, every=HOUR,
    ),
    Cause(
        "one_approver", (MANAGERS,), inside.one_approver,
        _("Too few who may approve"),
        _("Two people should be able to approve; %(count)s are missing."),
        _("Invite a colleague who may approve, so that a leave stops nothing."),
        MUNICIPALITY, STAFF, nightly=True,
    ),
    Cause(
        "unused_account", (MANAGERS,), inside.unused_account,
        _("Accounts nobody uses"),
        _("%(count)s accounts were not used for 180 days."),
        _("Remove whoever does not work there any more."),
        MUNICIPALITY, STAFF, nightly=True,
    ),
)  # fmt: skip

CATALOGUE: Mapping[str, Cause] = {cause.code: cause for cause in _ALL}
