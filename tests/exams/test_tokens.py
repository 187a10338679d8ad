import pytest

from probity.exams import tokens
from probity.exams.tokens import Holder

HOLDER = Holder(attempt_id=42, person_id=7, lease=1)


def test_a_token_says_who_answers_what():
    token = tokens.issue("key", HOLDER, "session")
    assert tokens.read("key", token, "session") == HOLDER


def test_a_token_of_another_session_or_key_is_nothing():
    token = tokens.issue("key", HOLDER, "session")
    assert tokens.read("key", token, "other") is None
    assert tokens.read("other", token, "session") is None


@pytest.mark.parametrize("token", ["", ".", "1.2.3", "1.2.3.", "é.é.é.é", "43.7.1.x"])
def test_rubbish_is_no_token(token):
    assert tokens.read("key", token, "session") is None


def test_no_part_of_a_token_can_be_changed():
    token = tokens.issue("key", HOLDER, "session")
    for place in range(len(token)):
        forged = token[:place] + ("1" if token[place] != "1" else "2") + token[place + 1 :]
        assert tokens.read("key", forged, "session") is None
