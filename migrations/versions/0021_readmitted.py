"""A certificate may be known from its file alone: the pass behind it was lost with a database."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLE, COLUMN = "certificate", "attempt_id"
OPEN, STRICT = f"{COLUMN} INTEGER", f"{COLUMN} INTEGER NOT NULL"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _restate(STRICT, OPEN)
    else:
        op.alter_column(TABLE, COLUMN, existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    lost = op.get_bind().scalar(sa.text(f"SELECT count(*) FROM {TABLE} WHERE {COLUMN} IS NULL"))
    if lost:
        raise RuntimeError(
            f"{lost} certificates were entered again from their files, without a pass in this "
            "database. The older version cannot hold them: stay with this one."
        )
    if op.get_bind().dialect.name == "sqlite":
        _restate(OPEN, STRICT)
    else:
        op.alter_column(TABLE, COLUMN, existing_type=sa.Integer(), nullable=False)


def _restate(former: str, newer: str) -> None:
    """Change the statement that made the table, as SQLite's manual says for such a constraint.

    Rows are stored the same either way. Making the table anew would touch every table that refers
    to it, and its rows are frozen.
    """
    line = op.get_bind()
    where = f"type = 'table' AND name = '{TABLE}'"
    made = line.scalar(sa.text(f"SELECT sql FROM sqlite_schema WHERE {where}"))
    if made.count(f"{former},") != 1:
        raise RuntimeError(f"The table {TABLE} is not as this migration knows it.")
    version = line.scalar(sa.text("PRAGMA schema_version"))
    line.execute(sa.text("PRAGMA writable_schema = ON"))
    line.execute(
        sa.text(f"UPDATE sqlite_schema SET sql = :sql WHERE {where}"),
        {"sql": made.replace(f"{former},", f"{newer},")},
    )
    line.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    line.execute(sa.text("PRAGMA writable_schema = OFF"))
