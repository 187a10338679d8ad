"""Everybody is shown the links they may open, and no others."""

import re

import pytest

from probity.accounts.roles import Role
from probity.portal.navigation import PUBLIC, SIGNED_IN, STUDIO
from tests.factories.accounts import add_person

SEEN = {
    None: [],
    Role.CANDIDATE: [],
    Role.INSTRUCTOR: [
        *("/studio/items/", "/studio/imports/", "/studio/exports/", "/studio/items/reviews/"),
        *("/studio/exams/", "/studio/blueprints/"),
    ],
    Role.REVIEWER: ["/studio/items/", "/studio/exports/", "/studio/items/reviews/"],
    Role.OFFICER: [
        *("/studio/items/", "/studio/exports/", "/studio/items/reviews/", "/studio/blueprints/"),
        *("/studio/sittings/", "/studio/accommodations/"),
        *("/studio/results/", "/studio/recovery"),
    ],
    Role.INVIGILATOR: ["/studio/sittings/", "/studio/recovery"],
    Role.MARKER: [],
    Role.REGISTRAR: ["/studio/certificates/", "/admin/duties/", "/studio/keys/"],
    Role.ORGANISATION_MANAGER: [],
    Role.AUDITOR: ["/studio/certificates/", "/admin/audit/", "/studio/keys/"],
    Role.ADMINISTRATOR: ["/admin/people/", "/admin/audit/", "/admin/duties/", "/studio/keys/"],
}
"""What each kind of person finds in the studio's rail."""

LEARNERS = ["/learning/", "/practice/", "/certificates/"]


@pytest.fixture
def links(browse, session):
    """The header's links and the rail's links as a kind of person sees them."""

    def read(role, path="/", **options):
        person = add_person(session, f"{role}@example.org", role) if role else None
        page = browse(person).get(path, **options).text
        header = re.search(r'<nav class="nav".*?</nav>', page, re.DOTALL)[0]
        rail = re.search(r'<nav class="rail".*?</nav>', page, re.DOTALL)
        return [re.findall(r'href="([^"]+)"', part) for part in (header, rail[0] if rail else "")]

    return read


@pytest.mark.parametrize("role", SEEN)
def test_the_header_leads_where_this_kind_of_person_may_go(links, role):
    header, _rail = links(role)
    expected = ["/courses/", "/exams/", "/verify"]
    if role is Role.CANDIDATE:
        expected += LEARNERS
    if role is Role.INSTRUCTOR:
        expected += LEARNERS[:2]
    assert header == expected + SEEN[role][:1]


@pytest.mark.parametrize("role", [role for role in SEEN if SEEN[role]])
def test_the_rail_shows_all_that_staff_may_open_and_every_link_opens(browse, links, session, role):
    person = add_person(session, "staff@example.org", role)
    _header, rail = links(role, SEEN[role][0])
    assert rail == SEEN[role]
    visitor = browse(person)
    for path in rail:
        visitor.get(path)
    everything = {path for paths in SEEN.values() for path in paths}
    for path in everything - set(rail):
        visitor.get(path, expect=403)


@pytest.mark.parametrize("role", SEEN)
@pytest.mark.parametrize("prefix", ["/studio/", "/admin/"])
def test_the_head_of_a_section_leads_to_its_first_page(browse, session, role, prefix):
    if role is None:
        assert browse().get(prefix, expect=303).location.startswith("/sign-in?")
        return
    person = add_person(session, "staff@example.org", role)
    inside = [path for path in SEEN[role] if path.startswith(prefix)]
    answer = browse(person).get(prefix, expect=303 if inside else 403)
    assert answer.location == (inside[0] if inside else None)


def test_the_link_of_the_page_one_is_on_is_marked(browse, root):
    page = browse(root).get("/admin/audit/").text
    marked = re.findall(r'href="([^"]+)" aria-current="page"', page)
    assert set(marked) == {"/admin/audit/", "/admin/people/"}, "its own, and that of the studio"


def test_every_entry_names_a_route_and_needs_what_the_route_needs(app):
    for entry in PUBLIC + SIGNED_IN + STUDIO:
        view = app.view_functions[entry.endpoint]
        if entry.needs is not None:
            assert view.needs is entry.needs, entry.endpoint
