"""How every decoder is fed in tests: whole, byte by byte, and cut at places that hypothesis chooses."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from hypothesis import strategies as st


def each_way(
    decode: Callable[[Sequence[bytes]], Sequence[object]],
    stream: bytes,
    expected: Sequence[object],
    cuts: Sequence[int] = (),
) -> None:
    """Check that `decode`, a fresh decoder given chunks one after another, finds `expected` however they are cut."""
    assert decode([stream]) == expected
    assert decode([stream[at : at + 1] for at in range(len(stream))]) == expected
    ends = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    assert decode([stream[start:end] for start, end in pairwise(ends)]) == expected


def cuts() -> st.SearchStrategy[list[int]]:
    """Places to cut a stream; taken modulo its length."""
    return st.lists(st.integers(0, 10_000), max_size=12)
