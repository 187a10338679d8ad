"""Commands about people: the first administrator is made here."""

import json
import sys

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from probity.accounts import actions, addresses, letters, passwords, queries, rules
from probity.accounts.models import Person
from probity.accounts.roles import Role
from probity.kernel import clock
from probity.kernel.work import reading, writing

people = AppGroup("people", help="Add and list people.")


@people.command("add")
@click.option("--email", required=True, help="Where the person reads mail.")
@click.option("--name", required=True, help="Name in Latin letters.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="Repeat for more.",
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(email: str, name: str, roles: tuple[str, ...], password_stdin: bool) -> None:
    """Add a person, or print a single-use invitation link. Someone known is given the roles."""
    address, given = _address(email), [Role(role) for role in roles] or [Role.CANDIDATE]
    if not rules.is_latin(name) or len(name) > rules.NAME_LENGTH:
        raise click.UsageError("--name: write the name in Latin letters, at most 200 of them.")
    password_hash = _password_hash(address, name) if password_stdin else None
    with writing() as session:
        person = queries.find_person(session, address)
        if person is not None:
            _grant(session, person, given)
        elif password_hash is not None:
            actions.register(
                session,
                email=address,
                password_hash=password_hash,
                name_latin=name,
                roles=given,
                confirmed_at=clock.now(),
            )
            click.echo(f"Added {address}.")
        else:
            _invitation, token = actions.invite(
                session, email=address, name=name, roles=given, by=None
            )
            click.echo(letters.absolute("accounts.show_invitation", token=token))


def _address(email: str) -> str:
    settings = current_app.config["PROBITY"]
    try:
        return addresses.normalise(email, test=settings.demonstration)
    except ValueError as error:
        raise click.UsageError(f"--email: {error}") from error


def _password_hash(address: str, name: str) -> str:
    password = passwords.normalise(sys.stdin.readline().rstrip("\r\n"))
    found = passwords.complaints(password, [address, name])
    if found:
        raise click.ClickException(" ".join(found))
    return passwords.stored_form(password)


def _grant(session: Session, person: Person, roles: list[Role]) -> None:
    for role in roles:
        actions.grant_role(session, person, role, by=None)
    now_has = ", ".join(sorted(person.roles))
    click.echo(f"{person.email} has an account already and now has the roles: {now_has}.")


@people.command("list")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), help="Only those with this role."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_people(role: str | None, as_json: bool) -> None:
    """List people with their roles."""
    with reading() as session:
        for person in session.scalars(queries.people(role=Role(role) if role else None)):
            facts = {
                "email": person.email,
                "name": person.name_latin,
                "name_native": person.name_native,
                "roles": sorted(person.roles),
                "confirmed": person.confirmed_at is not None,
            }
            if as_json:
                click.echo(json.dumps(facts, ensure_ascii=False))
            else:
                click.echo(
                    f"{person.email}\t{person.name_latin}\t{', '.join(sorted(person.roles))}"
                )
