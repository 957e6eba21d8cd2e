"""A signed link works for its purpose and its ids; everything else is refused in the same way."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.lib.tokens import TokenRefused, read, sign


@given(st.lists(st.integers(min_value=0, max_value=2**63 - 1), min_size=1, max_size=4))
def test_the_ids_come_back(ids: list[int]) -> None:
    assert read("stop", sign("stop", *ids)) == tuple(ids)


def test_a_token_is_a_plain_part_of_a_path_and_short_enough_for_a_mail() -> None:
    token = sign("stop", 2**63 - 1, 2**63 - 1)
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:")
    assert len(token) <= 90


def test_another_purpose_is_refused() -> None:
    with pytest.raises(TokenRefused):
        read("survey", sign("stop", 1))


@given(st.data())
def test_a_token_with_one_other_character_is_refused(data: Any) -> None:
    token = sign("stop", 12, 345)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("aZ09-_.:").filter(lambda c: c != token[place]))
    changed = token[:place] + other + token[place + 1 :]
    with pytest.raises(TokenRefused):
        read("stop", changed)


@given(st.integers(0, 44))
def test_a_token_cut_short_is_refused(length: int) -> None:
    token = sign("stop", 1)
    with pytest.raises(TokenRefused):
        read("stop", token[: min(length, len(token) - 1)])


@given(st.text(max_size=80))
def test_any_other_text_is_refused_and_never_an_error(text: str) -> None:
    with pytest.raises(TokenRefused):
        read("stop", text)


def test_another_installation_s_key_is_refused(settings: Any) -> None:
    token = sign("stop", 1)
    settings.SECRET_KEY = "another-key-another-key-another-key-another-key-another"
    with pytest.raises(TokenRefused):
        read("stop", token)


@pytest.mark.parametrize("ending", [">", ".", "。", ")", "、", " ", ">。"])
def test_what_mail_programs_glue_to_a_link_is_forgiven(ending: str) -> None:
    assert read("stop", sign("stop", 1, 2) + ending) == (1, 2)


def test_the_refusal_does_not_say_why() -> None:
    for token in ("", "1", "1:x", sign("survey", 1)):
        with pytest.raises(TokenRefused) as refused:
            read("stop", token)
        assert str(refused.value) == ""


@pytest.mark.parametrize("value", ["x", "1.x", "", "1..2"])
def test_a_signed_value_that_is_no_list_of_ids_is_refused(value: str) -> None:
    from django.core import signing

    with pytest.raises(TokenRefused):
        read("stop", signing.Signer(salt="kizuna.stop").sign(value))
