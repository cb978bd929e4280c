"""Pasted text: tidied gently, the same however often, and nothing that somebody wrote is missed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.pasted import tidy


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("One\r\nTwo\rThree\x0bFour", "One\nTwo\nThree\nFour"),
        ("ten\xa0beds, co\xadoperation\u200b", "ten beds, cooperation"),
        ("\u00b7\tSigns\n\uf0b7  Boards\n  \u25aa Maps", "• Signs\n• Boards\n  • Maps"),
        ("“Quoted” – it’s kept…", "“Quoted” – it’s kept…"),
        ("👩‍👩‍👧 é ü نستمع", "👩‍👩‍👧 é ü نستمع"),
        ("5·2 metres", "5·2 metres"),
        ("null\x00character", "nullcharacter"),
    ],
)
def test_what_word_leaves_behind_is_tidied(pasted, kept):
    assert tidy(pasted) == kept


@given(st.text())
def test_tidying_twice_changes_nothing_more(text):
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(alphabet=st.characters(categories=["L", "N", "So", "M"]), max_size=200))
def test_letters_numbers_and_emoji_all_stay(text):
    assert tidy(text) == text
