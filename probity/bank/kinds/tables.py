"""A table of rows and columns, answered by crosses."""

from fractions import Fraction
from random import Random
from typing import Any

from probity.bank.kinds.base import (
    BadResponse,
    FormData,
    Kind,
    Order,
    Response,
    View,
    arranged,
    id_list,
    id_map,
    piece,
    reason,
    shown,
    shuffled,
)
from probity.bank.kinds.choices import right_minus_wrong
from probity.bank.shapes import Matrix
from probity.kernel.i18n import gettext as _
from probity.kernel.i18n import listed
from probity.kernel.markup import plain_text


class MatrixKind(Kind[Matrix]):
    def check(self, item: Matrix, response: Response) -> Response:
        given = {row: _columns(item, value) for row, value in id_map(response, item.rows).items()}
        return {row: columns for row, columns in given.items() if columns} or None

    def share(self, item: Matrix, response: Response, locale: str) -> Fraction:  # noqa: ARG002
        crosses = [f"{row} {column}" for row, columns in response.items() for column in columns]
        if item.mapping:
            return item.mapping.share(crosses)
        if item.credit == "all_or_nothing":
            return Fraction(set(crosses) == set(item.cells))
        if item.credit == "per_row":
            rows = _right_columns(item)
            right = sum(response.get(row, []) == columns for row, columns in rows.items())
            return Fraction(right, len(rows))
        return right_minus_wrong(set(crosses), set(item.cells))

    def key(self, item: Matrix) -> Response:
        return {row: columns for row, columns in _right_columns(item).items() if columns}

    def order(self, item: Matrix, rng: Random) -> dict[str, Any]:
        """Rows are drawn; columns, often a scale, stay as written."""
        return {"rows": shuffled(item.rows, rng, shuffle=item.shuffle)}

    def view(self, item: Matrix, locale: str, order: Order) -> View:
        rows = arranged(item.rows, order.get("rows"))
        return {
            "rows": [piece(row, locale) for row in rows],
            "columns": [piece(column, locale) for column in item.columns],
            "per_row": item.per_row,
        }

    def notes(self, item: Matrix, response: Response, locale: str) -> dict[str, Any]:
        given = response or {}
        words = {one.id: plain_text(shown(one.text, locale)[0]) for one in item.columns}
        rows = _right_columns(item)
        return {
            "rows": {
                row.id: {
                    "right": given.get(row.id, []) == rows[row.id],
                    "key": listed(words[column] for column in rows[row.id]) or "–",
                    "why": reason(row.why, locale),
                }
                for row in item.rows
            },
            "why": reason(item.why, locale),
        }

    def read(self, view: View, form: FormData, name: str) -> Response:
        given = {row["id"]: form.getlist(f"{name}-{row['id']}") for row in view["rows"]}
        return {row: columns for row, columns in given.items() if any(columns)} or None


def _columns(item: Matrix, value: Response) -> list[str]:
    """The columns crossed in one row, in the order of the table."""
    chosen = id_list(value, item.columns)
    if item.per_row == "one" and len(chosen) > 1:
        raise BadResponse(_("Choose one answer in each row."))
    return [column.id for column in item.columns if column.id in chosen]


def _right_columns(item: Matrix) -> dict[str, list[str]]:
    cells = set(item.cells)
    return {
        row.id: [column.id for column in item.columns if f"{row.id} {column.id}" in cells]
        for row in item.rows
    }
