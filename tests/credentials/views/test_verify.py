"""The verification page, as an employer without an account uses it."""

import io
import re

import pytest

from probity.credentials import actions, enquiries
from probity.credentials.checks import inspection
from tests.credentials import tampering


def drop(visitor, data, name="certificate.pdf", **options):
    return visitor.post("/verify", {"file": (io.BytesIO(data), name)}, **options)


def drop_large(visitor, size):
    """As `drop`, but in memory: the test client leaves its temporary files open."""
    edge = "----edge"
    token = f'name="csrf_token"\r\n\r\n{visitor.token()}'
    file = 'name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7'
    parts = [f"--{edge}\r\nContent-Disposition: form-data; {part}" for part in (token, file)]
    body = "\r\n".join(parts).encode() + b"x" * size + f"\r\n--{edge}--\r\n".encode()
    kind = f"multipart/form-data; boundary={edge}"
    reply = visitor.client.post("/verify", data=body, content_type=kind)
    assert reply.status_code == 413
    return reply.text


def heading(page):
    return re.search(r"<h1[^>]*>(.*?)</h1>", page.text, re.DOTALL)[1]


def test_the_form_takes_a_number_from_the_address(browse):
    page = browse().get("/verify?number=PRB-2026-000123")
    assert 'value="PRB-2026-000123"' in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_number_and_name_show_the_register(browse, certificate):
    page = browse().post("/verify", {"number": certificate.number, "name": "林薇"}, expect=200)
    assert heading(page) == "This certificate is valid"
    assert "Ada Lim" in page.text
    assert "Lamp Practitioner" in page.text
    assert f"/c/{certificate.public_id}" in page.text
    assert "It certifies nothing" in page.text  # a specimen says so even when valid


def test_a_wrong_name_looks_exactly_like_an_unknown_number(browse, certificate):
    def answered(number, name):
        page = browse().post("/verify", {"number": number, "name": name}, expect=200)
        text = re.sub(
            r'(<time.*?</time>|name="csrf-token" content="[^"]*"|value="[^"]*")', "", page.text
        )
        assert "Lim" not in text.replace("Adalim", "")
        return text

    wrong, unknown = answered(certificate.number, "Bob"), answered("PRB-2001-000001", "Ada Lim")
    assert wrong == unknown
    assert "We have no such certificate" in wrong


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"number": "", "name": "x"}, "Type the number printed"),
        ({"number": "PRB-2026-000123", "name": ""}, "Type the holder"),
        ({"number": "ABC", "name": "x"}, "They look like PRB-2026-000123"),
    ],
)
def test_an_incomplete_form_is_shown_again_with_the_reason(browse, form, sentence):
    assert sentence in browse().post("/verify", form, expect=422).text


def test_a_dropped_file_is_checked(browse, certificate, issued_bytes):
    page = drop(browse(), issued_bytes, expect=200)
    assert heading(page) == "This certificate is valid"
    assert "unchanged since" in page.text
    assert "This is the very file that was issued." in page.text


def test_an_altered_file_shows_the_register_and_what_differs(browse, certificate, issued_bytes):
    page = drop(browse(), tampering.attachment_swapped(issued_bytes), expect=200)
    assert heading(page) == "This is not the file we issued"
    assert '<del class="diff diff--bad">Li Si (李四)</del>' in page.text
    assert "What the register says" in page.text


def test_altered_and_revoked_are_both_shown(browse, session, certificate, issued_bytes, rosa):
    actions.revoke(session, certificate, reason="Identity was false", by=rosa)
    page = drop(browse(), tampering.junk_after_end(issued_bytes), expect=200)
    assert "The certificate itself was revoked." in page.text
    assert "Something was added after the file was signed." in page.text
    assert "Identity was false" in page.text


def test_every_status_has_words(browse, session, certificate, rosa):
    def shown():
        form = {"number": certificate.number, "name": "Ada Lim"}
        return heading(browse().post("/verify", form, expect=200))

    actions.suspend(session, certificate, reason="Under review", by=rosa)
    assert shown() == "This certificate is suspended"
    actions.revoke(session, certificate, reason="False", by=rosa)
    assert shown() == "This certificate was revoked"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        (b"hello", "This is not a PDF"),
        (b"\xff\xd8\xff\xe0", "This is a picture"),
        (b"%PDF-1.7\nx", "The file ends too early"),
    ],
)
def test_unreadable_files_have_sentences_of_their_own(browse, data, sentence):
    page = drop(browse(), data, expect=200)
    assert heading(page) == "This file cannot be checked"
    assert sentence in page.text


def test_no_file_chosen(browse):
    page = drop(browse(), b"", name="", expect=422)
    assert "Choose the file first." in page.text


def test_a_file_above_five_megabytes_is_refused_with_its_sentence(browse):
    assert "larger than 5 MB" in drop_large(browse(), inspection.LARGEST)


def test_a_file_far_too_large_is_refused_unread(browse):
    assert "too large" in drop_large(browse(), 7 * 1024 * 1024)


def test_failures_are_counted_successes_are_not(browse, certificate):
    visitor = browse()
    right = {"number": certificate.number, "name": "Ada Lim"}
    for _ in range(3):
        visitor.post("/verify", right, expect=200)
    wrong = right | {"name": "Bob"}
    for _ in range(enquiries.MOST_FAILURES):
        visitor.post("/verify", wrong, expect=200)
    refused = visitor.post("/verify", right, expect=429)
    assert int(refused.headers["Retry-After"]) <= enquiries.WITHIN_SECONDS


def test_a_name_with_markup_is_text(browse, certificate):
    form = {"number": "PRB-2026-00", "name": "<script>alert(1)</script>"}
    page = browse().post("/verify", form | {"number": "x<y"}, expect=422)
    assert "&lt;script&gt;" in page.text


def test_the_page_speaks_chinese(browse, certificate):
    visitor = browse()
    visitor.client.set_cookie("lang", "zh-Hans")
    assert 'lang="zh-Hans"' in visitor.get("/verify").text
