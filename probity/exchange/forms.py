"""What is chosen for an import as a whole."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from probity.bank import labels as bank
from probity.bank.rules import listed_words
from probity.bank.shapes_base import COMPETENCY_PATTERN
from probity.exchange import labels
from probity.exchange.completing import Choices
from probity.kernel.forms import Form
from probity.kernel.i18n import lazy_gettext as _l


class ChoicesForm(Form):
    """Used for every question that does not say it itself."""

    domain = StringField(
        _l("Domain"),
        [DataRequired(_l("Name the domain, such as GPP-1.")), Length(max=40)],
        description=_l("Ids begin with its letters."),
    )
    competency = StringField(
        _l("Competency"),
        [
            Optional(),
            Regexp(
                COMPETENCY_PATTERN, message=_l("Write a competency such as PR01.F, or nothing.")
            ),
        ],
    )
    cognitive = SelectField(_l("Cognitive level"))
    use = SelectField(_l("Use"))
    tags = StringField(
        _l("Tags"),
        [Length(max=500)],
        description=_l("Parted by commas; added to those in the file."),
    )
    folder = StringField(
        _l("Folder"), [Length(max=200)], description=_l("Such as Imports / 2026. Made if it lacks.")
    )
    changed = SelectField(_l("Questions that changed since the last import"))

    def __init__(self, *args: Any, may_be_secure: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cognitive.choices = _pairs({"": _l("Not classified"), **bank.COGNITIVE})
        uses = {
            name: word
            for name, word in bank.PARTITIONS.items()
            if may_be_secure or name != "secure"
        }
        self.use.choices = _pairs(uses)
        self.changed.choices = _pairs(labels.CHANGED)

    def show(self, choices: Choices) -> None:
        """Fill the fields with what was chosen before."""
        for name, value in choices.held().items():
            if name in self:
                self[name].data = ", ".join(value) if isinstance(value, list) else value

    def chosen(self, before: Choices) -> Choices:
        tags = [tag[:80] for tag in listed_words(self.tags.data or "")]
        return Choices(
            domain=self.domain.data or before.domain,
            competency=self.competency.data or "",
            cognitive=self.cognitive.data or "",
            use=self.use.data or before.use,
            tags=tuple(tags)[:30],
            folder=self.folder.data or "",
            changed=self.changed.data or before.changed,
            duplicates=before.duplicates,
        )


def _pairs(words: Mapping[str, Any]) -> Sequence[tuple[str, Any]]:
    return list(words.items())
