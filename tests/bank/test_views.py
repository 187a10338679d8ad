import pytest
from sqlalchemy import func, select

from probity.bank import labels, queries
from probity.bank.models import Item, ItemState, ItemVersion
from probity.kernel.permissions import SYSTEM
from tests.bank.pages import form_values
from tests.factories import bank
from tests.factories.bank import add_item

EVERY_KIND = [*bank.SCORABLE, "essay", "upload"]
URL = "/studio/items/GPP-0001"


def send(visitor, url, values, expect=303, **changes):
    data = {name: values.getlist(name) for name in values} | changes
    return visitor.post(url, data, expect)


def count(session, model=ItemVersion):
    return session.scalar(select(func.count()).select_from(model))


class TestWho:
    @pytest.mark.parametrize(
        "path", ["/studio/items/", f"{URL}/", f"{URL}/edit", f"{URL}/versions/1"]
    )
    def test_only_authors_and_reviewers_see_the_bank(self, session, browse, ada, ivy, path):
        add_item(session)
        browse(ada).get(path, expect=403)
        browse().get(path, expect=303)
        browse(ivy).get(path)

    def test_what_does_not_exist_is_not_found(self, session, browse, ivy):
        add_item(session)
        visitor = browse(ivy)
        for path in ("/studio/items/GPP-0404/", "/studio/items/GPP-0404/edit", f"{URL}/versions/9"):
            visitor.get(path, expect=404)
        for path in ("edit", "trials", "stages", "comments", "versions/1/restoration"):
            visitor.post(f"/studio/items/GPP-0404/{path}", expect=404)


class TestList:
    def test_filters_narrow_the_list(self, session, browse, ivy):
        add_item(session, "single", "GPP-0001", stem={"en": "Who **pays**?"})
        add_item(session, "numeric", "GPP-0002", status="draft")
        visitor = browse(ivy)
        every = visitor.get("/studio/items/").text
        assert "Who pays?" in every
        assert "GPP-0002" in every
        drafts = visitor.get("/studio/items/?state=draft").text
        assert "GPP-0002" in drafts
        assert "GPP-0001" not in drafts
        assert "GPP-0001" in visitor.get("/studio/items/?untranslated=1&q=pays").text
        assert "No item matches" in visitor.get("/studio/items/?q=nothing&page=7").text


class TestLook:
    @pytest.mark.parametrize("kind", EVERY_KIND)
    def test_every_kind_is_shown_and_marked_in_both_languages(self, session, browse, ivy, kind):
        add_item(session, kind)
        visitor = browse(ivy)
        for language in ("en", "zh-Hans"):
            page = visitor.get(f"{URL}/?in={language}").text
            assert f'lang="{language}"' in page
            values = form_values(
                page.replace('action="/studio/items/GPP-0001/trials"', "data-trial"), "data-trial"
            )
            marked = send(visitor, f"{URL}/trials", values, 200)
            assert "Not answered" in marked.text or kind in {"ordering", "essay", "upload"}
        assert count(session) == 1

    @pytest.mark.parametrize("kind", bank.SCORABLE)
    def test_the_right_answer_can_be_shown(self, session, browse, ivy, kind):
        add_item(session, kind)
        page = browse(ivy).post(f"{URL}/trials", {"do": "key"}, expect=200).text
        assert "alert--ok" in page
        assert bank.HIDDEN in page

    def test_a_response_is_marked_with_its_reasons(self, session, browse, ivy):
        add_item(session)
        page = browse(ivy).post(f"{URL}/trials", {"answer": "part"}, expect=200).text
        assert "Not right" in page
        assert "canary reason" in page
        assert "Points: 0 of 1" in page

    def test_an_answer_of_the_wrong_form_is_refused_in_words(self, session, browse, ivy):
        add_item(session)
        page = browse(ivy).post(f"{URL}/trials", {"answer": "moon"}, expect=422).text
        assert "does not offer" in page


class TestEdit:
    @pytest.mark.parametrize("kind", EVERY_KIND)
    def test_saving_a_form_untouched_changes_nothing(self, session, browse, ivy, kind):
        row = add_item(session, kind)
        visitor = browse(ivy)
        values = form_values(visitor.get(f"{URL}/edit").text)
        send(visitor, f"{URL}/edit", values, do="save")
        assert count(session) == 1
        assert queries.parsed(session, row.version) == bank.item(kind)

    @pytest.mark.parametrize("kind", EVERY_KIND)
    def test_every_kind_can_be_changed(self, session, browse, ivy, kind):
        row = add_item(session, kind)
        visitor = browse(ivy)
        values = form_values(visitor.get(f"{URL}/edit").text)
        stem = "title" if kind == "case" else "stem"
        changed = {f"{stem}.en": "Other words?", "note": "Clearer", "status": "draft"}
        send(visitor, f"{URL}/edit", values, **changed)
        assert (row.current, row.state, row.version.note) == (2, ItemState.DRAFT, "Clearer")
        assert row.version.content[stem]["en"] == "Other words?"
        page = visitor.get(f"{URL}/versions/2").text
        assert "<ins>Other" in page
        assert ivy.name in page

    def test_a_stale_edit_is_refused_and_the_words_are_kept(self, session, browse, ivy):
        add_item(session)
        visitor = browse(ivy)
        values = form_values(visitor.get(f"{URL}/edit").text)
        send(visitor, f"{URL}/edit", values, **{"stem.en": "First?"})
        page = send(visitor, f"{URL}/edit", values, 409, **{"stem.en": "Second?"})
        assert "Somebody saved version 2" in page.text
        assert "Second?" in page.text
        assert form_values(page.text)["base"] == "1"

    def test_faults_stand_beside_their_fields(self, session, browse, ivy):
        row = add_item(session)
        visitor = browse(ivy)
        values = form_values(visitor.get(f"{URL}/edit").text)
        faults = {"stem.en": "", "options.0.why.en": "", "facts": "GP4", "expected_p": "most"}
        page = send(visitor, f"{URL}/edit", values, 422, **faults).text
        for path in ("stem.en", "options.0.why.en", "facts", "expected_p"):
            assert f'id="{path}-error"' in page, path
            assert f'href="#{path}"' in page, path
        assert "GP-004" in page
        page = send(visitor, f"{URL}/edit", values, 422, **{"options.correct": "9"}).text
        assert 'id="options-error"' in page
        assert "Mark exactly one as right." in page
        assert row.current == 1

    def test_rows_are_added_moved_and_removed_without_scripts(self, session, browse, ivy):
        add_item(session)
        visitor = browse(ivy)
        values = form_values(visitor.get(f"{URL}/edit").text)
        ids = lambda page: [form_values(page.text).get(f"options.{n}.id") for n in range(4)]  # noqa: E731
        assert ids(send(visitor, f"{URL}/edit", values, 200, do="add:options"))[3] == ""
        moved = send(visitor, f"{URL}/edit", values, 200, do="down:options.0")
        assert ids(moved)[:2] == ["whole", "part"]
        assert form_values(moved.text)["options.correct"] == "0"
        gone = send(visitor, f"{URL}/edit", values, 200, do="remove:options.1")
        assert ids(gone)[:2] == ["part", "none"]
        assert "options.correct" not in form_values(gone.text)
        assert count(session) == 1


class TestNew:
    def test_kinds_are_offered(self, browse, ivy):
        page = browse(ivy).get("/studio/items/new").text
        for kind in labels.KINDS:
            assert f"/studio/items/new?kind={kind}" in page
        browse(ivy).post("/studio/items/new", {"kind": "riddle"}, expect=422)

    @pytest.mark.parametrize("kind", EVERY_KIND)
    def test_every_kind_can_be_written_in_the_browser(self, session, browse, ivy, kind):
        visitor = browse(ivy)
        add_item(session, kind)
        values = form_values(visitor.get(f"{URL}/edit").text)
        for part in list(values):
            if part.endswith("id") and part.startswith("items."):
                values[part] = ""
        send(visitor, "/studio/items/new", values, id="", kind=kind)
        made = session.scalars(select(Item).where(Item.ref != "GPP-0001")).one()
        assert (made.kind, made.state) == (kind, ItemState.IN_REVIEW)
        assert made.version.author_id == ivy.id
        assert made.version.content["author"] == ivy.name
        assert made.ref == ("GPP-8013" if kind == "case" else "GPP-5001")
        assert f"Saved as {made.ref}." in visitor.get(f"/studio/items/{made.ref}/").text

    @pytest.mark.parametrize("kind", EVERY_KIND)
    def test_an_empty_form_says_what_is_missing(self, session, browse, ivy, kind):
        visitor = browse(ivy)
        values = form_values(visitor.get(f"/studio/items/new?kind={kind}").text)
        page = send(visitor, "/studio/items/new", values, 422, do="save").text
        assert "Fill this in." in page
        assert 'id="domain-error"' in page
        assert count(session, Item) == 0

    def test_a_number_that_is_taken_is_refused_beside_its_field(self, session, browse, ivy):
        add_item(session)
        visitor = browse(ivy)
        values = form_values(visitor.get(f"{URL}/edit").text)
        page = send(visitor, "/studio/items/new", values, 409, id="GPP-0001", kind="single").text
        assert 'id="id-error"' in page

    def test_a_preview_and_the_checklist_follow_the_draft(self, session, browse, ivy):
        add_item(session)
        visitor = browse(ivy)
        values = form_values(visitor.get(f"{URL}/edit").text)
        changed = {"stem.en": "What is usually done next?", "do": "refresh", "kind": "single"}
        page = send(visitor, "/studio/items/new", values, 200, **changed).text
        assert "What is usually done next?" in page
        assert "Replace “usually”" in page
        assert count(session, Item) == 1


class TestLife:
    def test_retiring_and_bringing_back(self, session, browse, ivy):
        row = add_item(session)
        visitor = browse(ivy)
        visitor.post(f"{URL}/stages", {"act": "retire"})
        assert row.state is ItemState.RETIRED
        assert "Bring back" in visitor.get(f"{URL}/").text
        visitor.post(f"{URL}/stages", {"act": "retire"}, expect=409)
        visitor.post(f"{URL}/stages", {"act": "reinstate"})
        assert row.state is ItemState.IN_REVIEW

    def test_an_older_version_is_restored(self, session, browse, ivy):
        row = add_item(session)
        visitor = browse(ivy)
        values = form_values(visitor.get(f"{URL}/edit").text)
        send(visitor, f"{URL}/edit", values, points="3")
        assert "Restore this version" in visitor.get(f"{URL}/versions/1").text
        visitor.post(f"{URL}/versions/1/restoration", {"base": "1"}, expect=409)
        visitor.post(f"{URL}/versions/1/restoration", {"base": "2"})
        assert (row.current, row.version.points) == (3, 1)

    def test_a_reviewer_reads_and_does_not_write(self, session, browse):
        from probity.accounts.roles import Role
        from tests.factories.accounts import add_person

        add_item(session)
        rita = add_person(session, "rita@example.org", Role.REVIEWER)
        visitor = browse(rita)
        assert "Retire" not in visitor.get(f"{URL}/").text
        visitor.get(f"{URL}/edit", expect=403)
        visitor.post(f"{URL}/stages", {"act": "retire"}, expect=403)
        assert queries.find_item(session, SYSTEM, "GPP-0001").state is ItemState.IN_REVIEW
