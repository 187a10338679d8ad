"""The register of certificates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FROZEN = ("certificate", "certificate_status_change")
"""Tables whose rows are written once: the database itself refuses anything else."""


def freeze(table: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [
            (
                f"CREATE TRIGGER freeze_{table}_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
            )
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        (
            f"CREATE FUNCTION freeze_{table}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$BEGIN RAISE EXCEPTION '{table} rows are never changed'; END$$"
        ),
        (
            f"CREATE TRIGGER freeze_{table} BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION freeze_{table}()"
        ),
    ]


def upgrade() -> None:
    op.create_table(
        "number_series",
        sa.Column("prefix", sa.String(length=8), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "year", name=op.f("pk_number_series")),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("name_latin", sa.String(length=200), nullable=False),
        sa.Column("name_native", sa.String(length=200), nullable=True),
        sa.Column("native_lang", sa.String(length=16), nullable=True),
        sa.Column("scheme", sa.String(length=8), nullable=False),
        sa.Column(
            "title", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "summary", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "standard", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("key_id", sa.String(length=40), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("specimen", sa.Boolean(), nullable=False),
        sa.Column("layout", sa.Integer(), nullable=False),
        sa.Column(
            "printed", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("credential", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("storage_key", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_certificate_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["person.id"], name=op.f("fk_certificate_holder_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_certificate_attempt_id")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_certificate_public_id")),
        sa.UniqueConstraint("sha256", name=op.f("uq_certificate_sha256")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_certificate_storage_key")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_ends_at"), ["ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_holder_id"), ["holder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_name_latin"), ["name_latin"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_certificate_name_native"), ["name_native"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_certificate_scheme"), ["scheme"], unique=False)

    op.create_table(
        "certificate_reservation",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column(
            "facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("storage_key", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["attempt.id"],
            name=op.f("fk_certificate_reservation_attempt_id_attempt"),
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["person.id"], name=op.f("fk_certificate_reservation_holder_id_person")
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_certificate_reservation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_certificate_reservation_public_id")),
        sa.UniqueConstraint("year", "serial", name=op.f("uq_certificate_reservation_year_serial")),
    )
    op.create_table(
        "certificate_status_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "revoked",
                "suspended",
                "reinstated",
                "superseded",
                name="decision",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_certificate_status_change_author_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_certificate_status_change_certificate_id_certificate"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_status_change")),
    )
    with op.batch_alter_table("certificate_status_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_status_change_certificate_id"),
            ["certificate_id"],
            unique=False,
        )
    dialect = op.get_bind().dialect.name
    for table in FROZEN:
        for statement in freeze(table, dialect):
            op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("certificate_status_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_status_change_certificate_id"))

    op.drop_table("certificate_status_change")
    op.drop_table("certificate_reservation")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_scheme"))
        batch_op.drop_index(batch_op.f("ix_certificate_name_native"))
        batch_op.drop_index(batch_op.f("ix_certificate_name_latin"))
        batch_op.drop_index(batch_op.f("ix_certificate_holder_id"))
        batch_op.drop_index(batch_op.f("ix_certificate_ends_at"))

    op.drop_table("certificate")
    op.drop_table("number_series")
    if op.get_bind().dialect.name == "postgresql":
        for table in FROZEN:
            op.execute(f"DROP FUNCTION freeze_{table}() CASCADE")
