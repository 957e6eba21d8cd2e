"""The closed vocabularies of readers and tenants: stored values, one place."""

from enum import StrEnum


class MunicipalityKind(StrEnum):
    CITY = "city"
    WARD = "ward"
    PREFECTURE = "prefecture"
    HOSPITAL = "hospital"
    NPO = "npo"


class Service(StrEnum):
    """Whether a municipality sends: only ``live`` does.

    ``external`` ones send from another system and report their figures.
    """

    PREPARING = "preparing"
    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"
    EXTERNAL = "external"


class EndpointKind(StrEnum):
    EMAIL = "email"
    LINE = "line"


class Relation(StrEnum):
    """Who the reader is to this child. Nobody must answer."""

    MOTHER = "mother"
    FATHER = "father"
    GRANDPARENT = "grandparent"
    AROUND = "around"
    UNDISCLOSED = "undisclosed"


class Audience(StrEnum):
    """Whom a text speaks to."""

    EVERYONE = "everyone"
    BIRTH_PARENT = "birth_parent"
    PARTNER = "partner"
    AROUND = "around"


AUDIENCE_OF: dict[Relation, Audience] = {
    Relation.MOTHER: Audience.BIRTH_PARENT,
    Relation.FATHER: Audience.PARTNER,
    Relation.GRANDPARENT: Audience.AROUND,
    Relation.AROUND: Audience.AROUND,
    Relation.UNDISCLOSED: Audience.EVERYONE,
}


class Variant(StrEnum):
    """How a text is written; where one is missing, the standard one is sent."""

    STANDARD = "standard"
    EASY = "easy"
    ENGLISH = "en"
    CHINESE = "zh"
    VIETNAMESE = "vi"
    PORTUGUESE = "pt"


FALLBACK: dict[Variant, tuple[Variant, ...]] = {
    Variant.STANDARD: (Variant.STANDARD,),
    **{one: (one, Variant.STANDARD) for one in Variant if one is not Variant.STANDARD},
}
"""Which wordings a reader of a variant gets, the first that there is. Ends with the standard one."""

OWN_NAMES: dict[Variant, str] = {
    Variant.ENGLISH: "English",
    Variant.CHINESE: "中文",
    Variant.VIETNAMESE: "Tiếng Việt",
    Variant.PORTUGUESE: "Português",
}
"""Languages as their readers call them: the same on pages in every language."""


class Unasked(StrEnum):
    """Why the program did by itself what a person has to undo: stored where a person's reason stands."""

    RESTORED_DAY = "restored_day"
    RESTORED_BROADCAST = "restored_broadcast"


class Purpose(StrEnum):
    """What a confirmation by e-mail is for."""

    SIGNUP = "signup"
    ADDRESS = "address"


class MailKind(StrEnum):
    """Mails about the service itself."""

    CONFIRM = "confirm"
    """Confirm this sign-up or this new address."""
    ENTRANCE = "entrance"
    """The way into your own page; also what a known address gets when it registers again."""
    RESTING = "resting"
    """After 41w6d without a birth date: the texts rest, nothing is assumed."""
    NEAR_DATE = "near_date"
    """A due date that was only guessed is asked for again."""
    RESEND = "resend"
    """A text that came before goes out once more, because its reader asked on the telephone."""
