"""Aoba's desk for announcements: Alice writes, Akira and Aya approve, Bob looks."""

from dataclasses import dataclass, replace
from typing import Any

from django.test import Client

from messages.domain.announcement import Content
from messages.domain.review import ReviewAct
from messages.domain.stage import Kind
from messages.models import BlockEvent, LocalBlock
from messages.services import blocks, review
from messages.services.review import Hand
from municipalities.domain.roles import Act, Role, may
from municipalities.models import Municipality, StaffUser
from municipalities.tenancy.scope import in_municipality
from tests import world

WORDS = Content("両親学級のお知らせ", "土曜日にひらきます。", Kind.PREGNANCY, 140, 195)


@dataclass(frozen=True)
class Person:
    user: StaffUser
    hand: Hand

    def client(self, language: str = "ja") -> Client:
        client = Client(headers={"accept-language": language})
        client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")
        return client


def person(aoba: Municipality, name: str, role: Role) -> Person:
    user = world.make_staff(aoba, role, f"{name}@{aoba.slug}.example.jp")
    hand = Hand(aoba, user, may(role, Act.WRITE_BLOCKS), may(role, Act.APPROVE_BLOCKS))
    return Person(user, hand)


def write(by: Person, **changes: Any) -> LocalBlock:
    with in_municipality(by.hand.municipality.pk):
        return blocks.create(by.hand, replace(WORDS, **changes))


def save(by: Person, block: LocalBlock, *, revision: int = 0, **changes: Any) -> LocalBlock:
    with in_municipality(by.hand.municipality.pk):
        content = replace(review.content_of(fresh(block)), **changes)
        return blocks.save(by.hand, block.pk, content, revision=revision or fresh(block).revision)


def do(by: Person, block: LocalBlock, what: ReviewAct, note: str = "", **more: Any) -> LocalBlock:
    with in_municipality(by.hand.municipality.pk):
        more.setdefault("revision", fresh(block).revision)
        return review.act(by.hand, block.pk, what, note=note, **more)


def fresh(block: LocalBlock) -> LocalBlock:
    with in_municipality(block.municipality_id):
        return LocalBlock.objects.get(pk=block.pk)


def history(block: LocalBlock) -> list[str]:
    with in_municipality(block.municipality_id):
        return list(
            BlockEvent.objects.filter(block=block).order_by("pk").values_list("act", flat=True)
        )
