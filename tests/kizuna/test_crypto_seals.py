"""A sealed value opens where it was sealed, with a key we hold, unchanged; nowhere else."""

import base64
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna.lib import crypto
from kizuna.lib.crypto import Keyring, SealBroken, Sealed, blind_index, open_sealed, seal

WHERE = "endpoint.address"
OLD = "k0:" + base64.b64encode(b"o" * 32).decode()
NEW = "k1:" + base64.b64encode(b"n" * 32).decode()

UseKeys = Callable[[str], None]


@pytest.fixture
def use_keys(monkeypatch: pytest.MonkeyPatch) -> UseKeys:
    def use(setting: str) -> None:
        ring = Keyring.from_setting(setting)
        monkeypatch.setattr(crypto, "keyring", lambda: ring)

    use(NEW)
    return use


@pytest.fixture
def sealed(use_keys: UseKeys) -> bytes:
    return seal("a@example.jp", where=WHERE, municipality_id=7)


@given(st.text())
@settings(max_examples=50)
def test_every_text_comes_back_as_it_went_in(text: str) -> None:
    assert (
        open_sealed(seal(text, where=WHERE, municipality_id=1), where=WHERE, municipality_id=1)
        == text
    )


def test_the_same_text_is_sealed_differently_each_time(sealed: bytes) -> None:
    again = seal("a@example.jp", where=WHERE, municipality_id=7)
    assert again != sealed
    assert b"example" not in sealed + again


def test_a_change_of_any_byte_is_noticed(sealed: bytes) -> None:
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(SealBroken):
            open_sealed(bytes(changed), where=WHERE, municipality_id=7)


def test_a_value_cut_short_anywhere_does_not_open(sealed: bytes) -> None:
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            open_sealed(sealed[:length], where=WHERE, municipality_id=7)


def test_a_value_moved_to_another_municipality_does_not_open(sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        open_sealed(sealed, where=WHERE, municipality_id=8)


def test_a_value_moved_to_another_column_does_not_open(sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        open_sealed(sealed, where="lineaccount.secret", municipality_id=7)


def test_column_and_municipality_cannot_flow_into_each_other(use_keys: UseKeys) -> None:
    with pytest.raises(SealBroken):
        open_sealed(seal("x", where="a.b:1", municipality_id=2), where="a.b", municipality_id=12)


def test_after_a_rotation_old_values_open_and_new_ones_use_the_new_key(use_keys: UseKeys) -> None:
    use_keys(OLD)
    before = seal("a@example.jp", where=WHERE, municipality_id=7)
    use_keys(f"{NEW},{OLD}")
    assert open_sealed(before, where=WHERE, municipality_id=7) == "a@example.jp"

    after = seal("a@example.jp", where=WHERE, municipality_id=7)
    use_keys(NEW)
    assert open_sealed(after, where=WHERE, municipality_id=7) == "a@example.jp"
    with pytest.raises(SealBroken, match="unknown key"):
        open_sealed(before, where=WHERE, municipality_id=7)


def test_another_key_under_the_same_id_does_not_open(sealed: bytes, use_keys: UseKeys) -> None:
    use_keys(OLD.replace("k0", "k1"))
    with pytest.raises(SealBroken):
        open_sealed(sealed, where=WHERE, municipality_id=7)


def test_a_broken_seal_tells_the_column_and_never_the_value(sealed: bytes) -> None:
    with pytest.raises(SealBroken) as caught:
        open_sealed(sealed, where=WHERE, municipality_id=8)
    assert WHERE in str(caught.value)
    assert "example" not in str(caught.value)


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_a_key_of_another_length_is_refused_with_a_sentence_that_hides_it(size: int) -> None:
    encoded = base64.b64encode(b"s" * size).decode()
    with pytest.raises(ValueError, match="must be 32 bytes written in base64") as caught:
        Keyring.from_setting(f"k1:{encoded}")
    assert "'k1'" in str(caught.value)
    assert not encoded or encoded not in str(caught.value)


@pytest.mark.parametrize("encoded", ["not base64!", "鍵", "c3M=\n"])
def test_a_key_that_is_not_base64_is_refused_with_a_sentence(encoded: str) -> None:
    with pytest.raises(ValueError, match="must be 32 bytes written in base64"):
        Keyring.from_setting(f"k1:{encoded}")


@pytest.mark.parametrize("name", ["", "鍵", "k 1", "k" * 33])
def test_a_key_id_that_cannot_stand_in_a_sealed_value_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="an id is 1 to 32"):
        Keyring.from_setting(NEW.replace("k1", name))


@pytest.mark.parametrize("setting", ["", NEW[3:], f"{NEW},", f",{NEW}"])
def test_a_list_of_keys_written_wrongly_is_refused_with_its_form(setting: str) -> None:
    with pytest.raises(ValueError, match="written as id:base64"):
        Keyring.from_setting(setting)


def test_one_id_for_two_keys_is_refused() -> None:
    with pytest.raises(ValueError, match="stands twice"):
        Keyring.from_setting(f"{NEW},{OLD.replace('k0', 'k1')}")


def test_the_blind_index_finds_equals_within_one_column_and_municipality_only() -> None:
    index = blind_index("a@example.jp", where=WHERE, municipality_id=7)
    assert index == blind_index("a@example.jp", where=WHERE, municipality_id=7)
    others = {
        blind_index("b@example.jp", where=WHERE, municipality_id=7),
        blind_index("a@example.jp", where=WHERE, municipality_id=8),
        blind_index("a@example.jp", where=WHERE, municipality_id=None),
        blind_index("a@example.jp", where="suppression.address", municipality_id=7),
    }
    assert len(others) == 4
    assert index not in others
    assert len(index) == 32


@dataclass
class Row:
    municipality_id: int | None
    address_sealed: bytes = b""
    address = Sealed("address_sealed", where=WHERE)


def test_an_attribute_reads_what_was_written_and_stores_only_the_seal(use_keys: UseKeys) -> None:
    row = Row(municipality_id=7)
    row.address = "a@example.jp"
    assert row.address == "a@example.jp"
    assert b"example" not in row.address_sealed


def test_an_attribute_is_not_sealed_before_its_municipality_is_known(use_keys: UseKeys) -> None:
    row = Row(municipality_id=None)
    with pytest.raises(ValueError, match=r"endpoint\.address: set the municipality"):
        row.address = "a@example.jp"
    assert row.address_sealed == b""


def test_an_attribute_copied_to_another_municipality_does_not_open(use_keys: UseKeys) -> None:
    row = Row(municipality_id=7)
    row.address = "a@example.jp"
    with pytest.raises(SealBroken):
        _ = Row(municipality_id=8, address_sealed=row.address_sealed).address
