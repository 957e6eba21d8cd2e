"""The tables that belong to no municipality, each with the reason why that is right.

A test walks all tables and fails for one that is neither here nor under a policy.
"""

from typing import Any

from django.db import connections

READ = "SELECT"
WRITE = "SELECT, INSERT, UPDATE, DELETE"
ADD_AND_CHANGE = "SELECT, INSERT, UPDATE"
NONE = ""

# table → (what the application's role may do, why the table has no municipality)
SHARED_TABLES: dict[str, tuple[str, str]] = {
    "django_migrations": (READ, "the schema's history; /readyz compares it with the code"),
    "django_content_type": (READ, "names of models"),
    "auth_permission": (READ, "names of permissions of Django's own admin"),
    "auth_group": (WRITE, "operators' groups of Django's own admin"),
    "auth_group_permissions": (WRITE, "operators' groups of Django's own admin"),
    "django_admin_log": (WRITE, "what operators did in Django's own admin"),
    "django_session": (WRITE, "opened before it is known who comes in"),
    "account_emailaddress": (WRITE, "staff log in before a municipality is known"),
    "account_emailconfirmation": (WRITE, "staff log in before a municipality is known"),
    "mfa_authenticator": (WRITE, "the second step of a login, before a municipality is known"),
    "usersessions_usersession": (WRITE, "where a person is logged in, for all municipalities"),
    "municipalities_staffuser": (WRITE, "one person may work for several municipalities"),
    "municipalities_staffuser_groups": (WRITE, "operators' groups of Django's own admin"),
    "municipalities_staffuser_user_permissions": (WRITE, "operators of Django's own admin"),
    "municipalities_localgovernment": (WRITE, "the state's public register of codes"),
    "municipalities_municipality": (WRITE, "the tenants themselves; what is on their public page"),
    "municipalities_mailasked": (
        "SELECT, INSERT, DELETE",
        "one address is protected from a flood of mails by all municipalities together",
    ),
    "stage_messages_basetext": (
        "SELECT, INSERT",
        "the NPO's texts are the same for all; what has been sent once keeps its place for ever",
    ),
    "stage_messages_textversion": (
        "SELECT, INSERT, UPDATE (withdrawn_at)",
        "the NPO's texts are the same for all; a version never changes",
    ),
    "stage_messages_textdraft": (NONE, "the NPO's own desk: no municipality sees a draft"),
    "stage_messages_textevent": (NONE, "the NPO's own desk: who did what to a text"),
    "stage_messages_desknotice": (NONE, "the NPO's own desk: who was mailed about a text"),
    "stage_messages_avoidedword": (READ, "the NPO's words to avoid are hints for everybody"),
    "stage_messages_meeting": (READ, "a meeting is of all municipalities that are invited"),
    "stage_messages_meetingmaterial": (READ, "the papers of a meeting are for all who come"),
    "stage_messages_exchangecase": (
        ADD_AND_CHANGE,
        "what one municipality offers to the others; only its own staff may write it",
    ),
    "municipalities_assignment": (NONE, "the NPO's own: who looks after whom"),
    "municipalities_partnernote": (NONE, "the NPO's own notes about its partners"),
    "delivery_alarm": (NONE, "the NPO's own: what needs somebody, over all municipalities"),
    "delivery_alarmcheck": (NONE, "the NPO's own: when each question was asked"),
    "delivery_benchmark": (READ, "figures of eight or more municipalities, without a name"),
    "delivery_heartbeat": (WRITE, "when beat and the workers last showed a sign of life"),
}


# table → what the NPO's role may do to it. All of them are the NPO's own or everybody's; what it sees
# of municipalities' tables, their migrations say.
NPO_GRANTS: dict[str, str] = {
    "municipalities_municipality": READ,
    "municipalities_localgovernment": READ,
    "municipalities_assignment": ADD_AND_CHANGE,
    "municipalities_partnernote": "SELECT, INSERT",
    "stage_messages_basetext": "SELECT, INSERT",
    "stage_messages_textversion": "SELECT, INSERT, UPDATE (withdrawn_at)",
    "stage_messages_textdraft": ADD_AND_CHANGE,
    "stage_messages_textevent": "SELECT, INSERT",
    "stage_messages_desknotice": "SELECT, INSERT",
    "stage_messages_avoidedword": WRITE,
    "stage_messages_exchangecase": READ,
    "stage_messages_meeting": ADD_AND_CHANGE,
    "stage_messages_meetingmaterial": "SELECT, INSERT, DELETE",
    "delivery_alarm": ADD_AND_CHANGE,
    "delivery_alarmcheck": ADD_AND_CHANGE,
    "delivery_benchmark": WRITE,
    "delivery_heartbeat": READ,
}


def grant_shared_tables(using: str, **_: Any) -> None:
    """Give both roles their rights after every migrate. Repeating it changes nothing."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    app = {table: grants for table, (grants, _why) in SHARED_TABLES.items()}
    with connection.cursor() as cursor:
        for role, tables in (("kizuna_app", app), ("kizuna_npo", NPO_GRANTS)):
            for table, grants in tables.items():
                if table in existing:
                    cursor.execute(f"REVOKE ALL ON {table} FROM {role}")
                    if grants:
                        cursor.execute(f"GRANT {grants} ON {table} TO {role}")
