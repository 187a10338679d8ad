"""What counts as a name, how long sessions live, how good a password must be."""

from datetime import UTC, datetime, timedelta

import pytest

from probity.accounts import addresses, rules, strength
from probity.accounts.roles import EVERYONE, GRANTS, STAFF, Role, permissions_of
from probity.kernel.permissions import Permission

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "name",
    ["Wang Xiaoming", "Zoë O'Brien-Łukasz", "Nguyễn Văn A", "Harry Chen 3rd", "J. Doe (Jr.)"],
)
def test_latin_names_are_latin(name):
    assert rules.is_latin(name)


@pytest.mark.parametrize(
    "name", ["王小明", "Иван", "Ada 😀", "12345", "", "<b>Ada</b>", "Ada\u202e"]
)
def test_other_scripts_and_signs_are_not_a_latin_name(name):
    assert not rules.is_latin(name)


@pytest.mark.parametrize(
    "name",
    [
        "王小明",
        "محمد عبد الله",
        "Иван",
        "さくら 田中",
        "अनुष्का",
        "Zoe\u0301",
        "چوپانی\u200cخانی",
        "क्\u200dष",
    ],
)
def test_names_in_any_script_are_names(name):
    assert rules.is_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("😀😀", "王\u202e小明", "王\n小明", "<script>", "...", ""),
        *(
            "王\u200d小明",
            "Ada\u200c",
            "王\u200b小明",
            "\u200dمحمد",
            "王\ufeff小明",
            "王\u2066小明",
            "王\u3164",
        ),
    ],
)
def test_hidden_or_foreign_signs_are_no_name(name):
    assert not rules.is_name(name)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("王小明", "zh"),
        ("田中さくら", "ja"),
        ("김민수", "ko"),
        ("محمد", "ar"),
        ("Иван", "ru"),
        ("Ada", "und"),
    ],
)
def test_script_tells_the_language_of_a_name(name, language):
    assert rules.language_of(name) == language


@pytest.mark.parametrize(
    ("idle", "age", "staff", "over"),
    [
        (timedelta(minutes=59), timedelta(hours=11), True, False),
        (timedelta(minutes=61), timedelta(hours=2), True, True),
        (timedelta(minutes=1), timedelta(hours=13), True, True),
        (timedelta(hours=11), timedelta(days=6), False, False),
        (timedelta(hours=13), timedelta(days=1), False, True),
        (timedelta(minutes=1), timedelta(days=8), False, True),
    ],
)
def test_sessions_run_out_sooner_for_staff(idle, age, staff, over):
    assert rules.is_session_over(NOON - age, NOON - idle, NOON, staff=staff) is over


@pytest.mark.parametrize(
    "password",
    ["password1", "aaaaaaaaaaaa", "abababababab", "adalim1989", "probity2026", "采购采购考试考试"],
)
def test_easy_passwords_are_found(password):
    assert strength.is_too_easy(password, ["Ada Lim", "ada.lim@example.org"])


@pytest.mark.parametrize(
    "password", ["tulip harbour seven", "春天的海港有七只白鹭", "x7#Kp2!v", "né à Orléans été"]
)
def test_good_passwords_pass(password):
    assert not strength.is_too_easy(password, ["Ada Lim", "ada.lim@example.org"])


def test_addresses_have_one_spelling():
    assert addresses.normalise(" Ada.Lim@Example.ORG ") == "ada.lim@example.org"
    assert addresses.normalise("wang@例子.中国") == "wang@xn--fsqu00a.xn--fiqs8s"


@pytest.mark.parametrize("address", ["", "ada", "ada@", "王@example.org", "ada@localhost"])
def test_unusable_addresses_are_refused(address):
    with pytest.raises(ValueError, match=r"\w"):
        addresses.normalise(address)


def test_every_role_has_grants_and_every_permission_a_role_or_a_command():
    assert set(GRANTS) == set(Role)
    granted = frozenset().union(EVERYONE, *GRANTS.values())
    assert set(Permission) - granted == {Permission.EXAM_KEY}


def test_roles_add_up_and_signing_in_alone_gives_the_account():
    assert permissions_of(set()) == {Permission.ACCOUNT_OWN}
    both = permissions_of({Role.REVIEWER, Role.INVIGILATOR})
    assert both == {
        *(Permission.ACCOUNT_OWN, Permission.EXAM_MONITOR),
        *(Permission.ITEM_READ, Permission.ITEM_REVIEW),
    }
    assert Role.CANDIDATE not in STAFF
    assert len(STAFF) == len(Role) - 1
