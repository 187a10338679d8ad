"""The examples of docs/api.md are sent as they stand there; what they answer is as described."""

import argparse
import hashlib
import hmac
import io
import re
import shlex
from urllib.parse import urlsplit

import pytest

from probity.api import actions, openapi, reading_guide
from probity.credentials.watching import hooks
from probity.kernel.settings import ROOT
from tests.api import schemas

PAGE = (ROOT / "docs" / "api.md").read_text()
DOCUMENT = openapi.describe("http://localhost:8000")
CURL = argparse.ArgumentParser()
CURL.add_argument("-s", action="store_true")
CURL.add_argument("-H", action="append", default=[], dest="headers")
CURL.add_argument("-d", dest="data")
CURL.add_argument("-F", dest="form")
CURL.add_argument("url")


@pytest.fixture
def facts(session, certificate, bob):
    _key, token = actions.make(session, bob, "Example", 30)
    session.commit()
    return {
        "SITE": "http://localhost:8000",
        "PROBITY_KEY": token,
        "PUBLIC_ID": certificate.public_id,
    }


def send(client, command, facts, file):
    """Do what curl does with these words."""
    words = shlex.split(command.replace("\\\n", " "))
    assert words[0] == "curl"
    said = CURL.parse_args(
        [re.sub(r"\$([A-Z_]+)", lambda name: facts[name[1]], word) for word in words[1:]]
    )
    headers = dict(one.split(": ", 1) for one in said.headers)
    path = urlsplit(said.url).path
    if said.form:
        name, _, _file = said.form.partition("=@")
        return path, client.post(path, data={name: (io.BytesIO(file), "certificate.pdf")})
    if said.data:
        return path, client.post(path, data=said.data, headers=headers)
    return path, client.get(path, headers=headers)


def test_every_example_works(app, facts, issued_bytes):
    client = app.test_client(use_cookies=False)
    examples = re.findall(r"```sh\n(curl.*?)```", PAGE, re.DOTALL)
    assert len(examples) == 6
    for example in examples:
        path, reply = send(client, example, facts, issued_bytes)
        assert reply.status_code == 200, (example, reply.text)
        described = path.replace(facts["PUBLIC_ID"], "{public_id}")
        method = "post" if " -d " in example or " -F " in example else "get"
        told = DOCUMENT["paths"][described][method]["responses"]["200"]["content"]
        schemas.check(reply.json, told["application/json"]["schema"], DOCUMENT)
        if "-F" in example:
            assert reply.json["status"] == "valid"


def test_the_examples_of_the_page_are_those_calls(app, facts):
    client = app.test_client(use_cookies=False)
    for operation in reading_guide.operations(DOCUMENT):
        if operation.example:
            example = operation.example.replace("PUBLIC_ID", "$PUBLIC_ID")
            _path, reply = send(client, example, facts, b"")
            assert reply.status_code == 200, (operation.id, reply.text)


def test_the_check_of_a_signature_that_we_show_is_right():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    shown = {}
    exec(code, shown)
    headers = {"Probity-Timestamp": "1795000000", "Probity-Signature": ""}
    headers["Probity-Signature"] = hooks.signature("whsec_x", 1_795_000_000, '{"a":"林"}')
    assert shown["is_ours"]("whsec_x", headers, '{"a":"林"}'.encode())
    assert not shown["is_ours"]("whsec_y", headers, '{"a":"林"}'.encode())
    assert shown["hmac"] is hmac
    assert shown["hashlib"] is hashlib


def test_every_reason_is_explained():
    for reason in set(openapi.PROBLEMS) - {"method-not-allowed", "internal"}:
        assert f"`{reason}`" in PAGE
