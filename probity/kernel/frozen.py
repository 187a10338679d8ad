"""Rows that are written once: the database itself refuses to change or delete them."""

from sqlalchemy import DDL, event

from probity.kernel.db import Model

DIALECTS = ("sqlite", "postgresql")


def freeze(table: str, dialect: str) -> list[str]:
    """Statements that make a database refuse to change or delete rows of a table."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER freeze_{table}_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    function = f"$$BEGIN RAISE EXCEPTION '{table} rows are never changed'; END$$"
    trigger = f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION freeze_{table}()"
    return [
        f"CREATE FUNCTION freeze_{table}() RETURNS trigger LANGUAGE plpgsql AS {function}",
        f"CREATE TRIGGER freeze_{table} {trigger}",
    ]


def write_once(*models: type[Model]) -> None:
    """Freeze the tables of these models wherever they are made; migrations do the same."""
    for model in models:
        for dialect in DIALECTS:
            for statement in freeze(model.__tablename__, dialect):
                event.listen(
                    model.__table__,
                    "after_create",
                    DDL(statement).execute_if(dialect=dialect),  # type: ignore[no-untyped-call]
                )
