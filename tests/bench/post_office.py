"""``python -m tests.bench.post_office PORT COUNT``: the same mails through django-post_office.

A process of its own with settings of its own: its tables go into the benchmark's database. It prints
the seconds that queueing and sending took, one thread, as its documentation shows it.
"""

import os
import sys
import time

import django
import environ
from django.conf import settings


def main(port: int, count: int) -> None:
    settings.configure(
        DATABASES={"default": environ.Env.db_url_config(os.environ["DATABASE_OWNER_URL"])},
        INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
        EMAIL_BACKEND="post_office.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        SECRET_KEY="benchmark",
        POST_OFFICE={"THREADS_PER_PROCESS": 1, "BATCH_SIZE": count},
    )
    django.setup()
    from django.core.management import call_command
    from post_office import mail  # type: ignore[import-untyped]

    from tests.bench.email import HTML, TEXT, _outgoing

    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    for number in range(count):
        one = _outgoing(number)
        mail.send(
            one.address,
            "あおば市 <kosodate@aoba.example.jp>",
            subject=one.content.subject,
            message=TEXT.replace("%%STOP_URL%%", one.stop_url),
            html_message=HTML.replace("%%STOP_URL%%", one.stop_url),
            headers={
                "List-Unsubscribe": f"<{one.stop_url}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Message-ID": f"<d.{one.message_key}@aoba.example.jp>",
            },
        )
    sent, failed, _ = mail.send_queued(processes=1)
    took = time.perf_counter() - began
    assert (sent, failed) == (count, 0), (sent, failed)
    print(took)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
