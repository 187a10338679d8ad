"""Commands about people."""

import json
import re

import pytest

from probity.accounts import queries
from probity.accounts.roles import Role


@pytest.fixture
def run(app, session):
    def invoke(*arguments, text=None, exit_code=0):
        session.commit()
        result = app.test_cli_runner().invoke(args=["people", *arguments], input=text)
        session.expire_all()
        assert result.exit_code == exit_code, result.output
        return result.output

    return invoke


def test_the_first_administrator_is_made_by_command(run, session, browse):
    link = run(
        "add", "--email", "Chief@example.org", "--name", "Chief Officer", "--role", "administrator"
    )
    path = re.fullmatch(r"http://localhost:8000(/invitations/[\w-]+)\n", link)[1]
    newcomer = browse()
    newcomer.post(path, {"name": "Chief Officer", "password": "seven quiet lanterns"})
    assert queries.find_person(session, "chief@example.org").roles == {Role.ADMINISTRATOR}


def test_a_password_can_come_from_standard_input(run, session, browse):
    run(
        *("add", "--email", "chief@example.org", "--name", "Chief Officer"),
        *("--role", "administrator", "--role", "auditor", "--password-stdin"),
        text="seven quiet lanterns\n",
    )
    visitor = browse()
    visitor.post("/sign-in", {"email": "chief@example.org", "password": "seven quiet lanterns"})
    visitor.get("/admin/people/")


def test_a_poor_password_is_refused(run, session):
    output = run(
        *("add", "--email", "chief@example.org", "--name", "Chief", "--password-stdin"),
        text="password1\n",
        exit_code=1,
    )
    assert "easy to guess" in output
    assert queries.find_person(session, "chief@example.org") is None


def test_somebody_known_is_given_the_role(run, session, ada):
    output = run("add", "--email", "ada@example.org", "--name", "Ada Lim", "--role", "auditor")
    assert "auditor, candidate" in output
    assert ada.roles == {Role.CANDIDATE, Role.AUDITOR}


@pytest.mark.parametrize(
    ("email", "name", "role"),
    [
        ("nowhere", "Ada", "auditor"),
        ("a@example.org", "王小明", "auditor"),
        ("a@b.org", "Ada", "x"),
    ],
)
def test_unusable_arguments_are_a_usage_error(run, email, name, role):
    run("add", "--email", email, "--name", name, "--role", role, exit_code=2)


def test_people_are_listed(run, ada, ivy):
    assert run("list", "--role", "instructor") == "ivy@example.org\tIvy Chen\tinstructor\n"
    rows = [json.loads(line) for line in run("list", "--json").splitlines()]
    assert [(row["email"], row["roles"]) for row in rows] == [
        ("ada@example.org", ["candidate"]),
        ("ivy@example.org", ["instructor"]),
    ]
