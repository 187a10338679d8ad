"""In which state a design is."""

from enum import StrEnum


class DesignState(StrEnum):
    """Draft until it was activated once; a retired one is used by nothing new."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"
