"""What a file shows by itself."""

import pytest

from probity.credentials.checks import container, inspection, sandbox
from probity.credentials.checks.container import Container
from probity.credentials.checks.contents import Contents, Problem
from tests.credentials import tampering


def inspect(data, made):
    return inspection.inspect(data, made.trusted, sandbox.read)


def codes(found):
    return {check.name: check.code for check in found.checks}


def test_a_genuine_file_passes_every_check(made):
    found = inspect(made.data, made)
    assert codes(found) == {
        "signature": "intact",
        "coverage": "whole-file",
        "signer": "our-key",
        "credential-proof": "proof-right",
    }
    assert found.is_ours
    assert found.contents.claims == (made.facts.public_id,)
    assert inspection.differing(found.contents.fields, made.facts.printed()) == []


@pytest.mark.parametrize(
    ("change", "check", "code"),
    [
        ("bit in page", "signature", "changed-after-signing"),
        ("byte in padding", "coverage", "hidden-in-signature"),
        ("case of a digit", "coverage", "hidden-in-signature"),
        ("white space in padding", "coverage", "hidden-in-signature"),
        ("junk after the end", "coverage", "added-after-signing"),
        ("painted over", "coverage", "added-after-signing"),
        ("note added", "coverage", "added-after-signing"),
        ("language changed", "coverage", "added-after-signing"),
        ("attachment swapped", "credential-proof", "proof-mismatch"),
        ("re-saved", "signature", "signature-torn"),
        ("re-saved", "signer", "no-signer"),
        ("made smaller", "signature", "signature-torn"),
        ("printed to PDF", "signature", "not-signed"),
        ("signature stripped", "signature", "not-signed"),
    ],
)
def test_each_change_is_named(made, change, check, code):
    assert codes(inspect(tampering.BYTES[change](made.data), made))[check] == code


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda _data: b"", Problem.EMPTY),
        (lambda data: data[:40_000], Problem.TRUNCATED),
        (lambda data: data[:-100], Problem.TRUNCATED),
        (lambda _data: b"%PDF-1.7\n1 0 obj", Problem.TRUNCATED),
        (lambda _data: b"\x89PNG\r\n\x1a\n", Problem.PICTURE),
        (lambda _data: b"\xff\xd8\xff\xe0JFIF", Problem.PICTURE),
        (lambda _data: b"PK\x03\x04 word", Problem.NOT_PDF),
        (lambda _data: "证书".encode("gbk"), Problem.NOT_PDF),
        (tampering.encrypted, Problem.ENCRYPTED),
        (tampering.with_script, Problem.ACTIVE),
        (lambda _data: b"%PDF-1.7\nnothing here\n%%EOF", Problem.DAMAGED),
        (lambda data: data + b" " * inspection.LARGEST, Problem.TOO_LARGE),
    ],
)
def test_what_cannot_be_read_says_why(made, make, problem):
    assert inspect(make(made.data), made).problem == problem


def test_a_file_written_anew_may_be_shorter_than_its_signature_says(made):
    data = tampering.made_smaller(made.data)
    assert container.claimed_length(data) > len(data)


def test_nothing_is_parsed_of_what_is_plainly_no_pdf(made):
    def read(_data):
        raise AssertionError("must not be called")

    assert inspection.inspect(b"hello", made.trusted, read).problem == Problem.NOT_PDF


def test_a_signature_without_a_name_is_nobodys():
    nameless = Container(in_place=True, intact=True, whole=True, canonical=True)
    found = {check.name: check.code for check in inspection.check_container(nameless, ())}
    assert found == {"signature": "intact", "coverage": "whole-file", "signer": "no-signer"}


def test_a_foreign_pdf_is_not_ours(made):
    found = inspect(tampering.foreign_pdf(), made)
    assert not found.is_ours
    assert found.contents == Contents(fields=found.contents.fields)


def test_a_credential_that_is_no_json_is_named(made):
    data = tampering.page_made_by(made.press, made.facts, b"{nonsense")
    assert codes(inspect(data, made))["credential-proof"] == "credential-malformed"


def test_text_is_compared_without_width_case_and_space():
    found = {"holder": "Lin  Wei\r\n林 蔚", "level": "Expert", "extra": "x"}
    printed = {"holder": "LIN WEI 林蔚", "level": "Practitioner", "number": "1"}
    assert inspection.differing(found, printed) == [("level", "Expert", "Practitioner")]


def test_words_of_a_line_that_turns_round_are_the_same():
    printed = {"holder": "Ali علي حسن"}
    assert inspection.differing({"holder": "Ali حسن علي"}, printed) == []
    assert inspection.differing({"holder": "Ali حسن عمر"}, printed)
