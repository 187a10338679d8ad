"""Certificates that replace others, requests to correct a name, reminders, decisions about many."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
FROZEN = ("certificate", "certificate_status_change")
CANCELS = "fk_certificate_status_change_cancels_id"
ASIDE = "certificate_receipt_aside"
"""Receipts and kinds of signature that 0014 has no place for; a later upgrade finds them again."""

CERTIFICATE = (
    *("id", "public_id", "number", "attempt_id", "holder_id", "name_latin", "name_native"),
    *("native_lang", "scheme", "title", "summary", "standard", "level", "issuer", "key_id"),
    *("issued_on", "valid_until", "ends_at", "issued_at", "specimen", "layout", "printed"),
    *("credential", "sha256", "storage_key"),
)
RESERVATION = (
    *("attempt_id", "public_id", "year", "serial", "holder_id", "facts", "made_at"),
    "storage_key",
)
CHANGE = (
    *("id", "certificate_id", "decision", "reason", "author_id", "decided_at", "effective_at"),
)
DECISIONS = ("revoked", "suspended", "reinstated", "superseded", "expired", "cancelled")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(newer=True)
    else:
        _alter_up()
    for table in ("certificate", "certificate_reservation"):
        index = "uq_certificate_first" if table == "certificate" else f"uq_{table}_first"
        where = sa.text("replaces_id IS NULL")
        op.create_index(
            index, table, ["attempt_id"], unique=True, sqlite_where=where, postgresql_where=where
        )
        op.create_index(op.f(f"ix_{table}_attempt_id"), table, ["attempt_id"])
    _take_back_receipts()
    if op.get_bind().dialect.name == "sqlite":
        _freeze()
    _new_tables()


def downgrade() -> None:
    _refuse_what_0014_would_misread()
    tables = ("certificate_bulk_item", "certificate_bulk", "certificate_reminder")
    for table in (*tables, "certificate_correction"):
        op.drop_table(table)
    _set_receipts_aside()
    for table in ("certificate", "certificate_reservation"):
        index = "uq_certificate_first" if table == "certificate" else f"uq_{table}_first"
        op.drop_index(index, table)
        op.drop_index(op.f(f"ix_{table}_attempt_id"), table)
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(newer=False)
        _freeze()
    else:
        _alter_down()


def _refuse_what_0014_would_misread() -> None:
    """An older version must not call a certificate valid that is not."""
    known = "('revoked', 'suspended', 'reinstated', 'superseded')"
    obstacles = {
        "certificates that replace others": "SELECT count(*) FROM certificate "
        "WHERE replaces_id IS NOT NULL",
        "decisions it does not know": "SELECT count(*) FROM certificate_status_change "
        f"WHERE decision NOT IN {known}",
        "certificates being issued, already in the log": "SELECT count(*) "
        "FROM certificate_reservation r WHERE r.credential IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM certificate c WHERE c.public_id = r.public_id)",
    }
    for words, query in obstacles.items():
        found = op.get_bind().execute(sa.text(query)).scalar_one()
        if found:
            raise RuntimeError(
                f"The register holds {words} ({found}). The older version would misread them, so "
                "the database stays as it is. Restore a backup made before the upgrade instead."
            )


def _set_receipts_aside() -> None:
    bind = op.get_bind()
    present = "SELECT count(*) FROM certificate WHERE receipt IS NOT NULL"
    if bind.execute(sa.text(present)).scalar_one():
        op.execute(
            f"CREATE TABLE {ASIDE} AS "
            "SELECT public_id, sha256, receipt, signature FROM certificate "
            "WHERE receipt IS NOT NULL"
        )


def _take_back_receipts() -> None:
    bind = op.get_bind()
    if not sa.inspect(bind).has_table(ASIDE):
        return
    if bind.dialect.name == "postgresql":
        op.execute("ALTER TABLE certificate DISABLE TRIGGER freeze_certificate")
    same = "a.public_id = certificate.public_id AND a.sha256 = certificate.sha256"
    op.execute(
        f"UPDATE certificate SET receipt = (SELECT receipt FROM {ASIDE} a WHERE {same}), "
        f"signature = (SELECT signature FROM {ASIDE} a WHERE {same})"
    )
    if bind.dialect.name == "postgresql":
        op.execute("ALTER TABLE certificate ENABLE TRIGGER freeze_certificate")
    op.drop_table(ASIDE)


def _alter_up() -> None:
    op.drop_constraint("uq_certificate_attempt_id", "certificate")
    op.add_column("certificate", sa.Column("signature", sa.String(length=8), nullable=True))
    for table in ("certificate", "certificate_reservation"):
        op.add_column(table, sa.Column("replaces_id", sa.Integer(), nullable=True))
        op.add_column(table, sa.Column("receipt", JSON, nullable=True))
        op.create_foreign_key(
            f"fk_{table}_replaces_id_certificate", table, "certificate", ["replaces_id"], ["id"]
        )
        op.create_unique_constraint(f"uq_{table}_replaces_id", table, ["replaces_id"])
    table = "certificate_reservation"
    op.add_column(table, sa.Column("credential", sa.String(), nullable=True))
    op.drop_constraint(f"pk_{table}", table)
    op.execute(f"ALTER TABLE {table} ADD COLUMN id SERIAL")
    op.create_primary_key(f"pk_{table}", table, ["id"])
    table = "certificate_status_change"
    op.add_column(table, sa.Column("cancels_id", sa.Integer(), nullable=True))
    op.create_foreign_key(CANCELS, table, table, ["cancels_id"], ["id"])
    op.create_unique_constraint(f"uq_{table}_cancels_id", table, ["cancels_id"])


def _alter_down() -> None:
    op.drop_column("certificate_status_change", "cancels_id")
    table = "certificate_reservation"
    op.drop_constraint(f"pk_{table}", table)
    for column in ("id", "replaces_id", "credential", "receipt"):
        op.drop_column(table, column)
    op.create_primary_key(f"pk_{table}", table, ["attempt_id"])
    for column in ("replaces_id", "receipt", "signature"):
        op.drop_column("certificate", column)
    op.create_unique_constraint("uq_certificate_attempt_id", "certificate", ["attempt_id"])


def _rebuild(*, newer: bool) -> None:
    """SQLite cannot drop a constraint: the tables are made anew, those that refer to others first.

    Their triggers and indexes go with the old ones and are made again.
    """
    kept = {"certificate_status_change": CHANGE, "certificate_reservation": RESERVATION}
    for table, columns in kept.items():
        op.execute(f"CREATE TEMPORARY TABLE kept_{table} AS SELECT {_list(columns)} FROM {table}")
        op.drop_table(table)
    op.create_table("certificate_rebuilt", *_certificate(newer=newer))
    op.execute(
        f"INSERT INTO certificate_rebuilt ({_list(CERTIFICATE)}) "
        f"SELECT {_list(CERTIFICATE)} FROM certificate"
    )
    op.drop_table("certificate")
    op.rename_table("certificate_rebuilt", "certificate")
    for column in ("ends_at", "holder_id", "name_latin", "name_native", "scheme"):
        op.create_index(op.f(f"ix_certificate_{column}"), "certificate", [column])
    op.create_table("certificate_status_change", *_change(newer=newer))
    op.create_index(
        op.f("ix_certificate_status_change_certificate_id"),
        "certificate_status_change",
        ["certificate_id"],
    )
    op.create_table("certificate_reservation", *_reservation(newer=newer))
    for table, columns in kept.items():
        op.execute(
            f"INSERT INTO {table} ({_list(columns)}) SELECT {_list(columns)} FROM kept_{table}"
        )
        op.execute(f"DROP TABLE kept_{table}")


def _list(columns: Sequence[str]) -> str:
    return ", ".join(columns)


def _certificate(*, newer: bool) -> list[sa.schema.SchemaItem]:
    text = {
        "public_id": 26,
        "number": 20,
        "name_latin": 200,
        "scheme": 8,
        "level": 8,
        "issuer": 200,
        "key_id": 40,
        "sha256": 64,
        "storage_key": 120,
    }
    unique = ("number", "public_id", "sha256", "storage_key")
    more: list[sa.schema.SchemaItem] = [
        sa.UniqueConstraint("attempt_id", name=op.f("uq_certificate_attempt_id"))
    ]
    if newer:
        more = [
            sa.Column("replaces_id", sa.Integer(), nullable=True),
            sa.Column("receipt", JSON, nullable=True),
            sa.Column("signature", sa.String(length=8), nullable=True),
            sa.UniqueConstraint("replaces_id", name=op.f("uq_certificate_replaces_id")),
            _to("certificate", "replaces_id", "certificate"),
        ]
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        *[sa.Column(name, sa.String(length=n), nullable=False) for name, n in text.items()],
        sa.Column("name_native", sa.String(length=200), nullable=True),
        sa.Column("native_lang", sa.String(length=16), nullable=True),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        *[
            sa.Column(name, JSON, nullable=False)
            for name in ("title", "summary", "standard", "printed")
        ],
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("issued_at", TIME, nullable=False),
        sa.Column("specimen", sa.Boolean(), nullable=False),
        sa.Column("layout", sa.Integer(), nullable=False),
        sa.Column("credential", sa.String(), nullable=False),
        *more,
        _to("certificate", "attempt_id", "attempt"),
        _to("certificate", "holder_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        *[sa.UniqueConstraint(name, name=op.f(f"uq_certificate_{name}")) for name in unique],
    ]


def _change(*, newer: bool) -> list[sa.schema.SchemaItem]:
    table = "certificate_status_change"
    more: list[sa.schema.SchemaItem] = []
    if newer:
        more = [
            sa.Column("cancels_id", sa.Integer(), nullable=True),
            sa.UniqueConstraint("cancels_id", name=op.f(f"uq_{table}_cancels_id")),
            sa.ForeignKeyConstraint(["cancels_id"], [f"{table}.id"], name=CANCELS),
        ]
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", TIME, nullable=False),
        sa.Column("effective_at", TIME, nullable=False),
        *more,
        _to(table, "author_id", "person"),
        _to(table, "certificate_id", "certificate"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _reservation(*, newer: bool) -> list[sa.schema.SchemaItem]:
    table = "certificate_reservation"
    more: list[sa.schema.SchemaItem] = [
        sa.PrimaryKeyConstraint("attempt_id", name=op.f(f"pk_{table}"))
    ]
    if newer:
        more = [
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("replaces_id", sa.Integer(), nullable=True),
            sa.Column("credential", sa.String(), nullable=True),
            sa.Column("receipt", JSON, nullable=True),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint("replaces_id", name=op.f(f"uq_{table}_replaces_id")),
            _to(table, "replaces_id", "certificate"),
        ]
    return [
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("storage_key", sa.String(length=120), nullable=True),
        *more,
        _to(table, "attempt_id", "attempt"),
        _to(table, "holder_id", "person"),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
        sa.UniqueConstraint("year", "serial", name=op.f(f"uq_{table}_year_serial")),
    ]


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _states(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


def _new_tables() -> None:
    table = "certificate_correction"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("name_latin", sa.String(length=200), nullable=False),
        sa.Column("name_native", sa.String(length=200), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("evidence_name", sa.String(length=200), nullable=False),
        sa.Column("evidence_sha256", sa.String(length=64), nullable=False),
        sa.Column("storage_key", sa.String(length=120), nullable=True),
        sa.Column(
            "state",
            _states("correctionstate", "waiting", "accepted", "refused"),
            nullable=False,
        ),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        _to(table, "certificate_id", "certificate"),
        _to(table, "asked_by_id", "person"),
        _to(table, "decided_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
    )
    where = sa.text("state = 'waiting'")
    op.create_index(
        f"uq_{table}_waiting",
        table,
        ["certificate_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_index(op.f(f"ix_{table}_certificate_id"), table, ["certificate_id"])
    op.create_index(op.f(f"ix_{table}_state"), table, ["state"])
    op.create_table(
        "certificate_reminder",
        sa.Column("certificate_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("days_left", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sent_at", TIME, nullable=False),
        _to("certificate_reminder", "certificate_id", "certificate"),
        sa.PrimaryKeyConstraint(
            "certificate_id", "days_left", name=op.f("pk_certificate_reminder")
        ),
    )
    _bulk()


def _bulk() -> None:
    table = "certificate_bulk"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("decision", _states("decision", *DECISIONS), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("effective_at", TIME, nullable=True),
        sa.Column("selection", JSON, nullable=False),
        sa.Column(
            "state",
            _states("bulkstate", "prepared", "running", "done", "cancelled"),
            nullable=False,
        ),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("allowed_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        _to(table, "made_by_id", "person"),
        _to(table, "allowed_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
    )
    table = "certificate_bulk_item"
    op.create_table(
        table,
        sa.Column("bulk_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("certificate_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outcome", _states("outcome", "waiting", "decided", "unchanged"), nullable=False),
        _to(table, "bulk_id", "certificate_bulk"),
        _to(table, "certificate_id", "certificate"),
        sa.PrimaryKeyConstraint("bulk_id", "certificate_id", name=op.f(f"pk_{table}")),
    )


def _freeze() -> None:
    """The same triggers as 0007; on PostgreSQL they have stayed."""
    for table in FROZEN:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER freeze_{table}_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
            )
