"""The demo's desk: what a municipality has written itself, in the ways that staff write it."""

from kizuna.demo.places import Place
from messages.domain.announcement import Content
from messages.domain.review import ReviewAct
from messages.domain.stage import Kind
from messages.models import Broadcast, Contact, LocalBlock, Persona
from messages.services import blocks, contacts, review
from messages.services.review import Hand
from municipalities.models import Municipality, StaffUser

CONTACT = "子育て支援の窓口"


def fill(municipality: Municipality, place: Place, editor: StaffUser, approver: StaffUser) -> None:
    """An entry of the register, the announcements, a persona and a begun broadcast; once."""
    if LocalBlock.objects.exists():
        return
    writes = Hand(municipality, editor, may_write=True, may_approve=False)
    agrees = Hand(municipality, approver, may_write=True, may_approve=True)
    if not Contact.objects.exists():
        contacts.add(municipality, contacts.Words(CONTACT, municipality.contact), editor)
    for position, one in enumerate(place.blocks):
        days = (Kind(one.kind), one.first_day, one.last_day)
        block = blocks.create(writes, Content(one.title, one.body, *days, position=position))
        review.act(writes, block.pk, ReviewAct.ASKED, revision=block.revision)
        if one.approved:
            review.act(agrees, block.pk, ReviewAct.APPROVED, revision=block.revision)
    persona = Persona.objects.create(
        municipality=municipality, name="子育てコンシェルジュ", duty=municipality.name
    )
    Broadcast.objects.create(
        municipality=municipality,
        persona=persona,
        subject="冬の親子ひろばのご案内",
        body=f"寒い日も、室内で遊べる親子ひろばを開いています。\n\n{{{{窓口:{CONTACT}}}}}",
        written_by=editor,
    )
