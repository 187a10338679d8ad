"""The life of items: reviews, shelves, folders, tags, figures, and an index of their words."""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
STATES = ("draft", "in_review", "approved", "pilot", "active", "suspended", "retired")
STATES = (*STATES, "compromised")
PARTITIONS = ("practice", "practice_only", "secure")
PLACES = ("practice", "demonstration", "exam", "pilot")
CHECKS = {
    "live": "live IS NULL OR live BETWEEN 1 AND current",
    "active_is_live": "state <> 'active' OR (live IS NOT NULL AND live = current)",
}
ALLOWED = (
    "(place = 'practice' AND partition IN ('practice', 'practice_only'))"
    " OR (place = 'demonstration' AND partition = 'practice')"
    " OR (place IN ('exam', 'pilot') AND partition = 'secure')"
)
FOUND = """CREATE VIRTUAL TABLE item_found USING fts5(
    text, content='', tokenize="unicode61 remove_diacritics 0 tokenchars '-'"
)"""
CHINESE = re.compile(r"[\u3400-\u9fff]{2}")
TABLES = ("item_bulk", "item_filter", "item_figures", "item_use", "item_words", "item_sketch")
TABLES = (*TABLES, "item_enemy", "item_tag", "item_comment", "item_review", "item_reviewer")
TABLES = (*TABLES, "bank_terms", "item_stage", "item_shelf")


def one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


def number(name: str, *, null: bool = False, own: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null, autoincrement=own or "auto")


def words(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def when(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, TIME, nullable=null)


def table(name: str, *parts: sa.schema.SchemaItem, key: tuple[str, ...] = ("id",)) -> None:
    op.create_table(name, *parts, sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")))


def to(name: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    known = op.f(f"fk_{name}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=known)


def check(name: str, rule: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{name}_{rule}"))


def index(name: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{name}_{'_'.join(columns)}"), name, list(columns))


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def upgrade() -> None:
    _folders()
    _life()
    _reviews()
    _filing()
    _words()
    _carry_over()


def _folders() -> None:
    table(
        "item_folder",
        number("id"),
        number("parent_id", null=True),
        words("name", 100),
        words("path", 200),
        to("item_folder", "parent_id", "item_folder"),
        sa.UniqueConstraint("path", name=op.f("uq_item_folder_path")),
    )
    index("item_folder", "parent_id")
    if on_postgresql():
        op.add_column("item", number("live", null=True))
        op.add_column("item", number("folder_id", null=True))
        op.create_foreign_key(
            op.f("fk_item_folder_id_item_folder"), "item", "item_folder", ["folder_id"], ["id"]
        )
        for rule, condition in CHECKS.items():
            op.create_check_constraint(op.f(f"ck_item_{rule}"), "item", condition)
    else:  # plain ALTER TABLE: a copied table would lose its checks
        rules = " ".join(
            f"CONSTRAINT ck_item_{rule} CHECK ({condition})" for rule, condition in CHECKS.items()
        )
        op.execute(f"ALTER TABLE item ADD COLUMN live INTEGER {rules}")
        op.execute(
            "ALTER TABLE item ADD COLUMN folder_id INTEGER"
            " CONSTRAINT fk_item_folder_id_item_folder REFERENCES item_folder (id)"
        )
    index("item", "folder_id")
    op.create_index("ix_item_counts", "item", ["state", "partition", "folder_id"])
    listed = ["item_id", "number", "domain", "competency", "cognitive", "is_bilingual"]
    op.create_index("ix_item_version_list", "item_version", listed)


def _life() -> None:
    table(
        "item_shelf",
        number("item_id"),
        sa.Column("place", one_of("place", PLACES), nullable=False),
        sa.Column("partition", one_of("partition", PARTITIONS), nullable=False),
        number("version_id"),
        sa.ForeignKeyConstraint(
            ["item_id", "partition"],
            ["item.id", "item.partition"],
            name=op.f("fk_item_shelf_item_id_item"),
        ),
        to("item_shelf", "version_id", "item_version"),
        check("item_shelf", "place", ALLOWED),
        key=("item_id", "place"),
    )
    op.create_index("ix_item_shelf_place", "item_shelf", ["place", "version_id"])
    table(
        "item_stage",
        number("id"),
        number("item_id"),
        number("number"),
        words("act", 20),
        sa.Column("before", one_of("itemstate", STATES), nullable=False),
        sa.Column("after", one_of("itemstate", STATES), nullable=False),
        number("person_id", null=True),
        words("reason", 500),
        when("at"),
        to("item_stage", "item_id", "item"),
        to("item_stage", "person_id", "person"),
    )
    index("item_stage", "item_id")
    table(
        "bank_terms",
        number("id"),
        number("public_approvals"),
        number("secure_approvals"),
        check("bank_terms", "one", "id = 1"),
        check("bank_terms", "approvals", "public_approvals >= 1 AND secure_approvals >= 1"),
    )


def _reviews() -> None:
    table(
        "item_reviewer",
        number("item_id"),
        number("person_id"),
        number("asked_by_id", null=True),
        when("asked_at"),
        to("item_reviewer", "item_id", "item"),
        to("item_reviewer", "person_id", "person"),
        to("item_reviewer", "asked_by_id", "person"),
        key=("item_id", "person_id"),
    )
    index("item_reviewer", "person_id")
    table(
        "item_review",
        number("id"),
        number("item_id"),
        number("version_id"),
        number("person_id"),
        sa.Column("verdict", one_of("verdict", ("accept", "change", "drop")), nullable=False),
        sa.Column("ratings", JSON, nullable=False),
        words("cognitive", 20),
        sa.Column("expected_p", sa.String(40), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        when("at"),
        to("item_review", "item_id", "item"),
        to("item_review", "version_id", "item_version"),
        to("item_review", "person_id", "person"),
    )
    for column in ("item_id", "version_id", "person_id"):
        index("item_review", column)
    table(
        "item_comment",
        number("id"),
        number("item_id"),
        number("number"),
        number("person_id"),
        sa.Column("text", sa.Text(), nullable=False),
        when("at"),
        to("item_comment", "item_id", "item"),
        to("item_comment", "person_id", "person"),
    )
    index("item_comment", "item_id")


def _filing() -> None:
    table(
        "item_tag",
        number("item_id"),
        words("tag", 60),
        to("item_tag", "item_id", "item"),
        key=("item_id", "tag"),
    )
    index("item_tag", "tag")
    table(
        "item_enemy",
        number("one_id"),
        number("other_id"),
        words("reason", 500),
        number("person_id", null=True),
        when("at"),
        to("item_enemy", "one_id", "item"),
        to("item_enemy", "other_id", "item"),
        to("item_enemy", "person_id", "person"),
        check("item_enemy", "ordered", "one_id < other_id"),
        key=("one_id", "other_id"),
    )
    index("item_enemy", "other_id")
    table(
        "item_sketch",
        sa.Column("band", sa.BigInteger(), nullable=False),
        number("item_id"),
        to("item_sketch", "item_id", "item"),
        key=("band", "item_id"),
    )
    index("item_sketch", "item_id")
    table(
        "item_use",
        number("item_id"),
        words("place", 80),
        number("shown"),
        when("last_at"),
        to("item_use", "item_id", "item"),
        key=("item_id", "place"),
    )
    index("item_use", "place")
    _kept()


def _kept() -> None:
    table(
        "item_figures",
        number("item_id"),
        number("version_id"),
        number("answers"),
        sa.Column("facility", sa.Double(), nullable=False),
        sa.Column("discrimination", sa.Double(), nullable=True),
        when("counted_at"),
        to("item_figures", "item_id", "item"),
        to("item_figures", "version_id", "item_version"),
        key=("item_id",),
    )
    table(
        "item_filter",
        number("id"),
        number("person_id"),
        words("name", 60),
        words("query", 1000),
        to("item_filter", "person_id", "person"),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_item_filter_person_id_name")),
    )
    table(
        "item_bulk",
        number("id"),
        number("person_id", null=True),
        words("act", 20),
        words("value", 200),
        sa.Column("before", JSON, nullable=False),
        when("at"),
        when("undone_at", null=True),
        to("item_bulk", "person_id", "person"),
    )
    index("item_bulk", "person_id")


def _words() -> None:
    """Move the words that items are found by to an index of their own."""
    bind = op.get_bind()
    kind = sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql")
    table(
        "item_words",
        number("item_id"),
        sa.Column("text", kind, nullable=False),
        to("item_words", "item_id", "item"),
        key=("item_id",),
    )
    rows = bind.execute(
        sa.text(
            "SELECT item.id AS id, search_text AS text FROM item JOIN item_version"
            " ON item_version.item_id = item.id AND item_version.number = item.current"
        )
    ).all()
    kept = [{"id": row.id, "text": _with_single_characters(row.text)} for row in rows]
    if on_postgresql():
        op.create_index("ix_item_words_text", "item_words", ["text"], postgresql_using="gin")
        fill = "INSERT INTO item_words (item_id, text) VALUES (:id, CAST(:text AS tsvector))"
    else:
        op.execute(FOUND)
        fill = "INSERT INTO item_words (item_id, text) VALUES (:id, :text)"
    if kept:
        bind.execute(sa.text(fill), kept)
    if kept and not on_postgresql():
        told = "INSERT INTO item_found (rowid, text) VALUES (:id, :text)"
        bind.execute(sa.text(told), kept)
    op.drop_column("item_version", "search_text")


def _with_single_characters(text: str) -> str:
    """A single Chinese character is found as the beginning of a word."""
    tokens = text.split()
    alone = [token[1] for token in tokens if CHINESE.fullmatch(token)]
    return f" {' '.join(dict.fromkeys([*tokens, *alone]))} "


def _carry_over() -> None:
    """What exams might draw before, `approved`, is in use now; public items stay in practice."""
    op.execute("UPDATE item SET state = 'active', live = current WHERE state = 'approved'")
    shelf = "INSERT INTO item_shelf (item_id, place, partition, version_id) "
    places = {
        "practice": "partition IN ('practice', 'practice_only') AND state IN ('in_review', 'active')",
        "demonstration": "partition = 'practice' AND state IN ('in_review', 'active')",
        "exam": "partition = 'secure' AND state = 'active'",
    }
    for place, condition in places.items():
        op.execute(
            f"{shelf}SELECT item.id, '{place}', item.partition, item_version.id FROM item"
            " JOIN item_version ON item_version.item_id = item.id"
            f" AND item_version.number = item.current WHERE {condition}"
        )


def downgrade() -> None:
    bind = op.get_bind()
    column = sa.Column("search_text", sa.Text(), nullable=False, server_default="")
    op.add_column("item_version", column)
    text = "array_to_string(tsvector_to_array(text), ' ')" if on_postgresql() else "trim(text)"
    bind.execute(
        sa.text(
            "UPDATE item_version SET search_text = coalesce((SELECT ' ' || "
            + text
            + " || ' ' FROM item_words JOIN item ON item.id = item_words.item_id"
            " WHERE item.id = item_version.item_id AND item.current = item_version.number), '')"
        )
    )
    if not on_postgresql():
        op.execute("DROP TABLE item_found")
    for name in TABLES:
        op.drop_table(name)
    op.execute("UPDATE item SET state = 'in_review' WHERE state IN ('approved', 'pilot')")
    op.execute("UPDATE item SET state = 'retired' WHERE state IN ('suspended', 'compromised')")
    op.execute("UPDATE item SET live = NULL, state = 'approved' WHERE state = 'active'")
    op.drop_index("ix_item_version_list", "item_version")
    op.drop_index(op.f("ix_item_folder_id"), "item")
    op.drop_index("ix_item_counts", "item")
    if on_postgresql():
        for rule in CHECKS:
            op.drop_constraint(op.f(f"ck_item_{rule}"), "item", type_="check")
        op.drop_constraint(op.f("fk_item_folder_id_item_folder"), "item", type_="foreignkey")
    op.drop_column("item", "folder_id")
    op.drop_column("item", "live")
    op.drop_table("item_folder")
