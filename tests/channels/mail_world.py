"""A municipality that sends mail, and what it sends."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from delivery.channels.protocol import Content, MailSender, Outgoing, Sender

ADDRESS = "mail@mail.nakano.example.jp"


def sender(**mail: Any) -> Sender:
    given = {
        "name": "中野区 子育て応援",
        "address": ADDRESS,
        "reply_to": "kosodate@nakano.example.jp",
    }
    return Sender(7, "nakano", "なかの子育て応援メール", MailSender(**{**given, **mail}), line=None)


def content(edition_id: int = 1, **texts: str) -> Content:
    given = {
        "subject": "今日で妊娠12週3日です",
        "mail_text": "つわりはいかがですか。\n\n配信を止める: %%STOP_URL%%\n中野区",
        "mail_html": '<p lang="ja">つわりはいかがですか。</p><a href="%%STOP_URL%%">配信を止める</a>',
        "line_text": "",
    }
    return Content(edition_id, **{**given, **texts})


def outgoing(number: int, **given: Any) -> Outgoing:
    defaults: dict[str, Any] = {
        "delivery_id": number,
        "message_key": f"20261125-{number}",
        "address": f"reader{number}@example.jp",
        "stop_url": f"https://kizuna.example.jp/m/nakano/stop/token-{number}",
        "content": content(),
    }
    return Outgoing(**{**defaults, **given})


def parsed(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=policy.default)


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")
