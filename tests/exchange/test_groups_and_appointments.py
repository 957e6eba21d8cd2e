"""Pure parts: dealing out into groups, and the entry for a calendar."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.domain.appointment import Appointment, written
from messages.domain.groups import Comer, split
from municipalities.domain.size_class import SIZE_CLASSES, size_class

COMERS = st.lists(
    st.builds(
        Comer,
        municipality=st.integers(1, 10_000),
        size_class=st.sampled_from(["", *SIZE_CLASSES]),
        people=st.integers(1, 10),
    ),
    max_size=60,
    unique_by=lambda one: one.municipality,
)


def spread(numbers: list[int]) -> int:
    return max(numbers) - min(numbers)


@given(comers=COMERS, groups=st.integers(1, 12))
def test_sizes_are_mixed_and_groups_are_even(comers: list[Comer], groups: int) -> None:
    given_groups = split(comers, groups)
    assert set(given_groups) == {one.municipality for one in comers}
    numbers = range(1, min(groups, len(comers)) + 1)
    if not comers:
        return
    members = Counter(given_groups.values())
    assert spread([members[one] for one in numbers]) <= 1
    for size in SIZE_CLASSES:
        of_size = Counter(
            given_groups[one.municipality] for one in comers if one.size_class == size
        )
        assert spread([of_size[one] for one in numbers]) <= 1
    assert split(comers[::-1], groups) == given_groups


def test_no_group_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="group"):
        split([Comer(1, "", 1)], 0)


@pytest.mark.parametrize(
    ("births", "size"),
    [(None, ""), (0, "u100"), (99, "u100"), (100, "100-299"), (999, "300-999"), (1000, "1000+")],
)
def test_the_births_tell_the_size(births: int | None, size: str) -> None:
    assert size_class(births) == size


def at(hour: int) -> datetime:
    return datetime(2026, 12, 1, hour, tzinfo=UTC)


def test_an_appointment_is_what_calendars_read() -> None:
    file = written(
        Appointment("m@x", "会, その; 1", at(5), at(7), "部屋\\A", "一\n二"), at(1)
    ).decode()
    assert file.endswith("END:VCALENDAR\r\n")
    assert "DTSTART:20261201T050000Z\r\n" in file
    assert "SUMMARY:会\\, その\\; 1\r\n" in file
    assert "LOCATION:部屋\\\\A\r\n" in file
    assert "DESCRIPTION:一\\n二\r\n" in file


@given(title=st.text(max_size=300))
def test_no_line_is_longer_than_the_standard_allows(title: str) -> None:
    file = written(Appointment("m@x", title, at(5), at(7)), at(1))
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    file.decode("utf-8")
