"""A bar is full, in order, and never hides what is small."""

from hypothesis import given
from hypothesis import strategies as st

from delivery.queries import Counts
from kizuna.templatetags.words import bar

counts = st.integers(min_value=0, max_value=400_000)


@given(counts, counts, counts, counts, counts)
def test_every_part_that_is_not_zero_is_seen_and_together_they_fill_the_bar(
    sent: int, skipped: int, failed: int, unclear: int, pending: int
) -> None:
    one = Counts(sent, skipped, failed, unclear, pending)
    segments = bar(one)["segments"]
    assert isinstance(segments, list)
    assert {part.kind for part in segments} == {
        kind for kind in ("sent", "skipped", "failed", "unclear", "pending") if getattr(one, kind)
    }
    end = 0
    for part in segments:
        assert part.x == end
        assert part.width >= 100
        end += part.width
    assert end == (10_000 if one.planned else 0)
