"""Text of a form arrives trimmed and in one spelling; a password as typed."""

import pytest
from wtforms import IntegerField, PasswordField, StringField

from probity.kernel.forms import Form, tidy


class Letter(Form):
    name = StringField("Name")
    loud = StringField("Loud", filters=[lambda text: text and text.upper()])
    number = IntegerField("Number")
    password = PasswordField("Password")


@pytest.fixture
def read(app):
    def fill(**data):
        with app.test_request_context("/", method="POST", data=data):
            return Letter().data

    return fill


@pytest.mark.parametrize(
    ("value", "tidied"),
    [("  Ada \n", "Ada"), ("e\u0301", "é"), ("\u3000王小明", "王小明"), (7, 7), (None, None)],
)
def test_text_is_trimmed_and_composed(value, tidied):
    assert tidy(value) == tidied


def test_every_text_field_is_tidied(read):
    assert read(name=" Rene\u0301 ")["name"] == "René"


def test_a_password_is_left_as_typed(read):
    assert read(password=" e\u0301 ")["password"] == " e\u0301 "


def test_a_number_is_still_a_number(read):
    assert read(number=" 7 ")["number"] == 7


def test_filters_of_a_field_work_in_every_form_not_only_in_the_first(read):
    assert [read(loud=" hear ")["loud"] for _ in range(3)] == ["HEAR"] * 3
