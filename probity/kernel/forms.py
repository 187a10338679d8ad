"""Base of every form: shape and length only, never a rule."""

import unicodedata
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field


def tidy(value: Any) -> Any:
    """Trim and bring text to NFC, so that the same name is the same bytes."""
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value


class Form(FlaskForm):
    """A form whose text fields arrive trimmed and in NFC; passwords are left as typed."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            if "Password" not in unbound_field.field_class.__name__:
                filters = list(unbound_field.kwargs.get("filters", ()))
                options = {**options, "filters": [tidy, *filters]}
            return unbound_field.bind(form=form, **options)
