"""What an operator may set, and the sentence for each thing that is wrong."""

import inspect
import json
import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from probity.kernel import settings
from probity.kernel.errors import Misconfigured
from probity.kernel.settings import ROOT, is_loopback


@pytest.fixture
def load(tmp_path):
    return lambda **environ: settings.load({"INSTANCE_DIR": str(tmp_path / "here"), **environ})


def test_without_any_setting_it_is_a_demonstration_on_this_machine(load, tmp_path):
    chosen = load()
    assert chosen.base_url == "http://localhost:8000"
    assert chosen.demonstration
    assert not chosen.https
    assert chosen.trusted_hosts == ["localhost", "127.0.0.1", "[::1]"]
    assert chosen.database_url == f"sqlite:///{tmp_path}/here/probity.db"
    assert chosen.storage_url == f"file://{tmp_path}/here/files"
    assert (chosen.smtp_url, chosen.metrics_token, chosen.demo_password) == ("", "", "")
    assert chosen.timezone.key == "Asia/Shanghai"
    assert chosen.courses_dirs == (ROOT / "courses",)


def test_an_empty_value_is_as_good_as_none(load):
    assert load(BASE_URL="", DATABASE_URL="", TIMEZONE="", SMTP_URL="") == load()


def test_every_setting_arrives(load, tmp_path):
    chosen = load(
        BASE_URL="https://exams.example.org/",
        DATABASE_URL="postgres://user:secret@db/probity",
        STORAGE_URL="s3://bucket",
        SMTP_URL="smtps://a:b@mail.example.org",
        MAIL_FROM="Exams <exams@example.org>",
        METRICS_TOKEN="m",
        PROBITY_DEMO_PASSWORD="d",
        TIMEZONE="Europe/Berlin",
        COURSES_DIRS=f"{tmp_path}{os.pathsep}{ROOT / 'courses'}",
        ISSUER_NAME="Academy",
        SECRET_KEY="k",
    )
    assert chosen.base_url == "https://exams.example.org"
    assert chosen.https
    assert not chosen.demonstration
    assert chosen.trusted_hosts == ["exams.example.org"]
    assert chosen.database_url == "postgresql+psycopg://user:secret@db/probity"
    assert (chosen.storage_url, chosen.metrics_token) == ("s3://bucket", "m")
    assert (chosen.mail_from, chosen.issuer_name) == ("Exams <exams@example.org>", "Academy")
    assert (chosen.demo_password, chosen.secret_key) == ("d", "k")
    assert chosen.courses_dirs == (tmp_path, ROOT / "courses")


def test_the_environment_of_the_process_is_the_default(monkeypatch, tmp_path):
    monkeypatch.setenv("INSTANCE_DIR", str(tmp_path))
    monkeypatch.setenv("ISSUER_NAME", "From outside")
    assert settings.load().issuer_name == "From outside"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u@h/d",
        "postgres://u@h/d",
        "postgresql+psycopg://u@h/d",
    ],
)
def test_every_spelling_of_postgresql_is_understood(load, url):
    assert load(DATABASE_URL=url).database_url == "postgresql+psycopg://u@h/d"


WRONG = [
    ("BASE_URL", "exams.example.org", "is not an address such as https://"),
    ("BASE_URL", "ftp://example.org", "is not an address"),
    ("BASE_URL", "https://", "is not an address"),
    ("BASE_URL", "https://example.org/exams", "(no path)"),
    ("BASE_URL", "https://example.org?a=b", "is not an address"),
    ("BASE_URL", "https://example.org#a", "is not an address"),
    ("BASE_URL", "https://me@example.org", "is not an address"),
    ("BASE_URL", "https://example.org:port", "is not an address"),
    ("BASE_URL", "https://[::1", "is not an address"),
    ("BASE_URL", "http://exams.example.org", "must be https"),
    ("DATABASE_URL", "mysql://u:hidden@h/d", "DATABASE_URL=h/d is neither sqlite"),
    ("DATABASE_URL", "sqlite://", "is neither sqlite"),
    ("SMTP_URL", "mail.example.org:25", "SMTP_URL must look like smtp://"),
    ("SMTP_URL", "http://mail.example.org", "SMTP_URL must look like smtp://"),
    ("SMTP_URL", "smtp://", "SMTP_URL must look like smtp://"),
    ("SMTP_URL", "smtp://host:99999", "SMTP_URL must look like smtp://"),
    ("TIMEZONE", "Mars/Olympus", "TIMEZONE=Mars/Olympus is unknown. Write a name such as"),
    ("COURSES_DIRS", "/no/such/folder", "COURSES_DIRS names /no/such/folder, which is not"),
    ("WEBHOOK_LOOPBACK", "yes", "WEBHOOK_LOOPBACK=yes must be 1, 0 or empty"),
    ("INSTANCE_DIR", "/dev/null/here", "cannot be made (Not a directory). Name a folder"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_what_is_wrong_is_named_with_the_way_to_mend_it(load, name, value, sentence):
    with pytest.raises(Misconfigured, match=re.escape(sentence)) as refused:
        load(**{name: value})
    assert name in str(refused.value)
    assert "hidden" not in str(refused.value), "no password in a message"


def test_a_folder_that_may_not_be_written_is_refused(load, monkeypatch):
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    with pytest.raises(Misconfigured, match=r"may not be written\. Change its owner or mode"):
        load()


def test_secrets_are_made_once_long_and_private(load, tmp_path):
    first, second = load(), load()
    names = ("secret_key", "password_salt", "totp_key")
    values = [getattr(first, name) for name in names]
    assert values == [getattr(second, name) for name in names]
    assert len(set(values)) == 3
    assert all(len(value) >= 64 for value in values)
    path = tmp_path / "here" / "secrets.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [p.name for p in path.parent.iterdir()] == ["secrets.json"]


def test_two_installations_have_different_secrets(load, tmp_path):
    other = settings.load({"INSTANCE_DIR": str(tmp_path / "there")})
    assert other.secret_key != load().secret_key


def test_secrets_do_not_appear_where_settings_are_printed(load):
    chosen = load(
        DATABASE_URL="postgresql://probity:canary@db/probity",
        SMTP_URL="smtp://a:canary@mail.example.org",
        METRICS_TOKEN="canary",
        PROBITY_DEMO_PASSWORD="canary",
    )
    assert "canary" not in repr(chosen)
    for value in (chosen.secret_key, chosen.password_salt, chosen.totp_key):
        assert value not in repr(chosen)


def test_every_variable_that_is_read_is_described_and_no_other():
    read = set(re.findall(r'environ\.get\("(\w+)"', inspect.getsource(settings)))
    assert read == set(settings.VARIABLES)


@pytest.mark.parametrize("count", ["x", "-1", "1.5", "ten"])
def test_the_number_of_proxies_is_a_number(load, count):
    with pytest.raises(Misconfigured, match="TRUSTED_PROXIES"):
        load(TRUSTED_PROXIES=count)
    assert load(TRUSTED_PROXIES="2").trusted_proxies == 2


@pytest.mark.parametrize("content", ["", "{", "[]", '{"secret_key": "a"}', "null"])
def test_spoilt_secrets_are_not_replaced(load, tmp_path, content):
    path = tmp_path / "here" / "secrets.json"
    load()
    path.write_text(content)
    with pytest.raises(Misconfigured, match="Restore it from a backup"):
        load()
    assert path.read_text() == content


def test_processes_that_start_at_once_agree_on_the_secrets(load):
    with ThreadPoolExecutor(8) as pool:
        keys = {chosen.secret_key for chosen in pool.map(lambda _: load(), range(24))}
    assert len(keys) == 1


def test_a_key_given_from_outside_is_not_written_down(load, tmp_path):
    load(SECRET_KEY="from a vault")
    assert "from a vault" not in (tmp_path / "here" / "secrets.json").read_text()
    assert set(json.loads((tmp_path / "here" / "secrets.json").read_text())) == {
        "secret_key",
        "password_salt",
        "totp_key",
    }


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("10.0.0.1", False),
        ("localhost.example.org", False),
        ("", False),
    ],
)
def test_which_hosts_mean_this_machine(host, here):
    assert is_loopback(host) is here


def test_a_time_stamp_authority_comes_with_its_certificates(load, tmp_path):
    file = tmp_path / "authority.pem"
    file.touch()
    assert (load().tsa_url, load().tsa_certificates, load().tsa_wait) == (
        "",
        None,
        timedelta(hours=1),
    )
    chosen = load(
        TSA_URL="https://tsa.example.org/", TSA_CERTIFICATES=str(file), TSA_WAIT_MINUTES="0"
    )
    assert (chosen.tsa_url, chosen.tsa_certificates) == ("https://tsa.example.org/", file)
    assert chosen.tsa_wait == timedelta(0)
    with pytest.raises(Misconfigured, match="not TSA_CERTIFICATES"):
        load(TSA_URL="https://tsa.example.org/")
    with pytest.raises(Misconfigured, match="TSA_URL must look like"):
        load(TSA_URL="ftp://tsa.example.org/", TSA_CERTIFICATES=str(file))
    with pytest.raises(Misconfigured, match="is not a file"):
        load(TSA_CERTIFICATES=str(tmp_path / "none.pem"))
    with pytest.raises(Misconfigured, match="TSA_WAIT_MINUTES=x"):
        load(TSA_WAIT_MINUTES="x")


def test_only_a_demonstration_may_call_programs_of_this_machine(load):
    assert load(WEBHOOK_LOOPBACK="1").webhook_loopback
    with pytest.raises(Misconfigured, match="would let strangers call services of this machine"):
        load(BASE_URL="https://exams.example.org", WEBHOOK_LOOPBACK="1")
