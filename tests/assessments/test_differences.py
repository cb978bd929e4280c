"""What differs between two texts: nothing of either is lost, and long texts are compared in a moment."""

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.differences import Piece, differences

SPOKEN = st.lists(st.sampled_from(["we", "learn", "every", "day", ".", " ", "\n", "! ", "🧑‍⚕️", "é"]), max_size=60)


def without(pieces, kind):
    return "".join(piece.words for piece in pieces if piece.kind != kind)


def test_one_word_is_marked_alone():
    assert differences("We learn every day. Yes.", "We learn every month. Yes.") == [
        Piece("same", "We learn every "),
        Piece("gone", "day"),
        Piece("new", "month"),
        Piece("same", ". Yes."),
    ]


def test_equal_texts_differ_in_nothing():
    assert differences("As it was.", "As it was.") == [Piece("same", "As it was.")]


@given(st.text(), st.text())
def test_both_texts_are_whole(old, new):
    pieces = differences(old, new)
    assert without(pieces, "new") == old
    assert without(pieces, "gone") == new


@given(SPOKEN, SPOKEN)
def test_both_texts_are_whole_when_they_are_much_alike(old, new):
    pieces = differences("".join(old), "".join(new))
    assert without(pieces, "new") == "".join(old)
    assert without(pieces, "gone") == "".join(new)
    assert all(one.kind != other.kind for one, other in pairwise(pieces))


@pytest.mark.parametrize("mark", [". ", " ", "\n", ""], ids=["sentences", "one sentence", "lines", "one word"])
def test_the_longest_texts_are_compared_in_a_moment(mark):
    chance = random.Random(2009)
    said = ["we", "learn", "from", "every", "complaint"] * 4 + [str(number) for number in range(300)]
    texts = ["".join(chance.choice(said) + mark for _ in range(30_000))[:100_000] for _ in range(2)]
    before = time.process_time()
    pieces = differences(*texts)
    assert time.process_time() - before < 5
    assert without(pieces, "gone") == texts[1]
