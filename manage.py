#!/usr/bin/env python
"""Django's command line for Kizuna. A wrong setting or an absent database is told in a sentence."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kizuna.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"設定に直すところがあります / a setting needs mending: {error}")
    except OperationalError as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else ""
        sys.exit(
            "データベースにつながりません。DATABASE_URL と、サーバーが動いているかを確かめます。"
            f" / Cannot reach the database; check DATABASE_URL and the server: {first}"
        )


if __name__ == "__main__":
    main()
