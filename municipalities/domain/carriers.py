"""Where the carriers themselves explain how to let a sender's mails through."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Carrier:
    """``lists`` is what the carrier calls the list of senders that are let through."""

    names: str
    lists: str
    url: str


# Seen in November 2026. Deep links rot: these are the pages all others hang on.
CARRIERS = (
    Carrier("ドコモ・ahamo", "受信リスト", "https://www.docomo.ne.jp/info/spam_mail/"),
    Carrier(
        "au・UQ mobile・povo",
        "受信リスト",
        "https://www.au.com/support/service/mobile/trouble/mail/email/filter/",
    ),
    Carrier(
        "ソフトバンク・ワイモバイル・LINEMO",
        "受信許可リスト",
        "https://www.softbank.jp/mobile/support/mail/antispam/",
    ),
)
