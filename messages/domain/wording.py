"""Words to avoid towards tired parents, each with a kinder or plainer one. Only ever a hint."""

import re
from dataclasses import dataclass

MOST_REQUESTS = 2
"""「〜してください」 so often reads as a favour; more often, as a list of orders."""

REQUEST = re.compile(r"(?:て|で)(?:くだ|下)さい")


@dataclass(frozen=True, slots=True)
class Avoided:
    """``found`` is what to look for; ``better_…`` completes the sentence of the hint."""

    found: re.Pattern[str]
    better_ja: str
    better_en: str


def _avoid(pattern: str, better_ja: str, better_en: str) -> Avoided:
    return Avoided(re.compile(pattern), better_ja, better_en)


AVOIDED: tuple[Avoided, ...] = (
    # What an office writes by habit.
    _avoid("下記", "「次」「下」", "次"),
    _avoid("各位", "「みなさま」", "みなさま"),
    _avoid("ご参集", "「お集まり」", "お集まり"),
    _avoid("厳守", "「守ってください」", "守ってください"),
    _avoid("所定の", "「決まった」", "決まった"),
    _avoid("速やかに", "「早めに」", "早めに"),
    _avoid("持参のこと", "「お持ちください」", "お持ちください"),
    _avoid("しなければなりません", "「してください」", "してください"),
    _avoid("できかねます", "「できません」", "できません"),
    # What presses.
    _avoid(
        "(?:頑張|がんば)(?!ら(?:な|ず))",
        "「むりのない範囲で」など",
        "something that does not press",
    ),
    _avoid("必ず(?!しも)", "「できれば」「忘れずに」など", "できれば, or why it matters"),
    _avoid("絶対", "「できるだけ」など", "できるだけ, or why it matters"),
    _avoid("(?:す)?べき(?:です|で|だ|。|$)", "「〜すると安心です」など", "〜すると安心です"),
    # What compares, or speaks past a family.
    _avoid("普通は|ふつうは", "「〜のことが多いです」など", "〜のことが多いです"),
    _avoid("普通の子", "くらべない言い方", "words that do not compare"),
    _avoid("父兄", "「保護者」", "保護者"),
    _avoid("母親学級", "「両親学級」", "両親学級"),
    _avoid("旦那|ご?主人(?!公)", "「パートナー」", "パートナー"),
    _avoid("障害児", "「障害のあるお子さん」", "障害のあるお子さん"),
    _avoid(
        "障害(?!児|者|福祉|の(?:ある|有無))",
        "「発達」「お子さんの特性」など（病気や制度の名前はそのままで）",
        "発達 or 特性, unless it names an illness or a service",
    ),
    _avoid(
        "先天(?:性|的)?",
        "「生まれつき」など（病気や検査の名前はそのままで）",
        "生まれつき, unless it names an illness or a test",
    ),
)


def words_to_avoid(text: str) -> list[tuple[str, Avoided]]:
    """Each word of the list that stands in the text, once, as it stands there."""
    hits = ((one.found.search(text), one) for one in AVOIDED)
    return [(hit.group().rstrip("。"), one) for hit, one in hits if hit]


def requests(text: str) -> int:
    """How often it asks for something."""
    return len(REQUEST.findall(text))
