"""SPF, DKIM and DMARC as a receiver sees them: asked of a real name server on loopback."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from municipalities.domain.sender_records import Outcome, dmarc_names, lookups, spf_terms
from municipalities.services import sender_domain
from tests.npo_municipalities.dns_server import KEY_1024, KEY_2048, Zone, good_zone, name_server

DOMAIN = "mail.aoba.lg.example.jp"
KEY_NAME = f"kizuna._domainkey.{DOMAIN}"


@pytest.fixture
def zone(settings: Any) -> Iterator[Zone]:
    with name_server(good_zone(DOMAIN)) as zone:
        settings.DNS_RESOLVER = zone.address
        settings.SPF_INCLUDE = "_spf.npo.example.jp"
        yield zone


def asked(selector: str = "kizuna") -> tuple[str, str, str]:
    answers = sender_domain.ask(DOMAIN, selector)
    return answers.spf.code, answers.dkim.code, answers.dmarc.code


def test_a_domain_that_is_set_up_aligns(zone: Zone) -> None:
    answers = sender_domain.ask(DOMAIN, "kizuna")
    assert {answers.spf.outcome, answers.dkim.outcome, answers.dmarc.outcome} == {Outcome.OK}
    assert answers.spf.found == ("v=spf1 include:_spf.npo.example.jp -all",)


def test_a_long_key_comes_by_tcp_and_is_put_together(zone: Zone) -> None:
    zone.texts[KEY_NAME] = [f"v=DKIM1; k=rsa; n={'x' * 300}; p={KEY_2048}"]
    assert asked()[1] == "dkim_ok"
    assert zone.asked.count(KEY_NAME) == 2


def test_nothing_published_is_missing_and_not_unreachable(zone: Zone) -> None:
    zone.texts.clear()
    assert asked() == ("spf_missing", "dkim_missing", "dmarc_missing")
    assert asked(selector="")[1] == "dkim_no_selector"


@pytest.mark.parametrize("names", ["broken", "silent"])
def test_a_resolver_that_cannot_say_is_unreachable_and_not_missing(
    zone: Zone, names: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_domain, "QUESTION_SECONDS", 0.3)
    getattr(zone, names).update({DOMAIN, KEY_NAME, f"_dmarc.{DOMAIN}"})
    assert asked() == ("unreachable",) * 3


def test_where_nobody_listens_it_is_unreachable(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_domain, "QUESTION_SECONDS", 0.3)
    with name_server(Zone()) as closed:
        pass
    settings.DNS_RESOLVER = closed.address
    assert asked() == ("unreachable",) * 3


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ("v=spf1 include:other.example.com -all", "spf_without_us"),
        ("v=spf1 include:_spf.npo.example.jp +all", "spf_everybody"),
        ("v=spf1 " + " ".join(f"a:{n}.example.jp" for n in range(11)) + " -all", "spf_too_long"),
        ("v=spf10 -all", "spf_missing"),
        ("V=SPF1 INCLUDE:_SPF.npo.example.jp ~all", "spf_ok"),
        ("v=spf1 redirect=_spf.npo.example.jp", "spf_ok"),
        ("v=spf1 -include:_spf.npo.example.jp -all", "spf_without_us"),
    ],
)
def test_an_spf_record_is_read_as_receivers_read_it(zone: Zone, record: str, code: str) -> None:
    zone.texts[DOMAIN] = [record]
    assert asked()[0] == code


def test_two_spf_records_are_none(zone: Zone) -> None:
    zone.texts[DOMAIN].append("v=spf1 -all")
    assert asked()[0] == "spf_several"


def test_the_city_may_include_us_by_way_of_another_name(zone: Zone) -> None:
    zone.texts[DOMAIN] = ["v=spf1 include:spf.city.example.jp -all"]
    zone.texts["spf.city.example.jp"] = ["v=spf1 include:_spf.npo.example.jp ?all"]
    assert asked()[0] == "spf_ok"


def test_records_that_include_each_other_come_to_an_end(zone: Zone) -> None:
    zone.texts[DOMAIN] = ["v=spf1 include:a.example.jp -all"]
    zone.texts["a.example.jp"] = [f"v=spf1 include:{DOMAIN} -all"]
    assert asked()[0] == "spf_without_us"


def test_without_a_name_to_include_any_good_record_will_do(zone: Zone, settings: Any) -> None:
    settings.SPF_INCLUDE = ""
    zone.texts[DOMAIN] = ["v=spf1 ip4:192.0.2.1 -all"]
    assert asked()[0] == "spf_ok"


SHORT = base64.b64encode(b"x" * 94).decode()


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ([f"v=DKIM1; p={KEY_1024}"], "dkim_ok"),
        ([f"p={KEY_2048[:100]} {KEY_2048[100:]}"], "dkim_ok"),
        ([f"v=DKIM1; k=ed25519; p={base64.b64encode(b'k' * 32).decode()}"], "dkim_ok"),
        ([f"v=DKIM1; p={SHORT}"], "dkim_short"),
        (["v=DKIM1; p="], "dkim_revoked"),
        (["v=DKIM1; p=これは鍵ではない"], "dkim_not_readable"),
        ([f"v=DKIM2; p={KEY_2048}"], "dkim_not_readable"),
        ([f"v=DKIM1; p={KEY_2048}", f"v=DKIM1; p={KEY_1024}"], "dkim_several"),
        (["something else"], "dkim_missing"),
    ],
)
def test_a_key_is_looked_at_before_it_is_believed(zone: Zone, texts: list[str], code: str) -> None:
    zone.texts[KEY_NAME] = texts
    assert asked()[1] == code


def test_the_policy_of_the_domain_above_counts(zone: Zone) -> None:
    del zone.texts[f"_dmarc.{DOMAIN}"]
    zone.texts["_dmarc.aoba.lg.example.jp"] = ["v=DMARC1; p=reject; sp=none"]
    assert asked()[2] == "dmarc_ok"


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (["v=DMARC1; rua=mailto:a@example.jp"], "dmarc_no_policy"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "dmarc_several"),
        (["v=DMARC10; p=none"], "dmarc_missing"),
    ],
)
def test_a_policy_must_be_one_and_say_something(zone: Zone, texts: list[str], code: str) -> None:
    zone.texts[f"_dmarc.{DOMAIN}"] = texts
    assert asked()[2] == code


def test_no_policy_is_looked_for_at_the_top() -> None:
    assert dmarc_names("a.lg.jp") == ["_dmarc.a.lg.jp", "_dmarc.lg.jp"]


def test_look_ups_are_counted_as_a_receiver_counts_them() -> None:
    terms = spf_terms(
        "v=spf1 a mx a:x.jp ptr exists:y.jp include:z.jp ip4:192.0.2.1 all redirect=q"
    )
    assert lookups(terms) == 7
