"""What programs send and receive, as models from which the description of the API is made."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Status(StrEnum):
    """The verdict."""

    VALID = "valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    ALTERED = "altered"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"


class Closed(BaseModel):
    """Strict: unknown members and wrong types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ByNumber(Closed):
    """Check by number; the holder's name must be right too, in either script."""

    number: str = Field(min_length=1, max_length=40, examples=["PRB-2026-000123"])
    name: str = Field(min_length=1, max_length=400, examples=["Lin Wei"])


class ByCredential(Closed):
    """Check an Open Badges 3.0 credential."""

    credential: dict[str, Any]


class Certificate(BaseModel):
    """The certificate as issued, from the register; never from the file."""

    holder: str = Field(description="The name as printed, in both writings.")
    name_latin: str
    name_native: str | None
    scheme: str
    title: dict[str, str]
    level: str
    level_name: dict[str, str]
    standard: dict[str, str]
    number: str
    issued_on: date
    valid_until: date
    issuer: str
    specimen: bool = Field(description="Made by a demonstration; certifies nothing.")
    url: str = Field(description="Its public page.")
    status: Literal["valid", "expired", "suspended", "revoked", "superseded"]
    since: datetime | None = Field(description="Since when it is suspended, revoked or replaced.")
    reason: str | None = Field(description="The reason the issuer gave.")
    recorded_at: datetime | None = Field(description="When the public log recorded it.")
    log_index: int | None = Field(description="Its entry in the public log.")
    witnesses: int = Field(description="How many witnesses have seen the log since.")
    replaced_by: str | None = Field(description="The page of the certificate that replaced it.")


class Check(BaseModel):
    """One thing that was looked at."""

    name: str = Field(examples=["signature", "bytes", "register"])
    result: Literal["pass", "fail", "not-checked"]
    code: str = Field(description="Stable; the detail is for people and may be worded anew.")
    detail: str


class Difference(BaseModel):
    """A field that reads otherwise in the file than it was issued."""

    field: str
    in_file: str
    in_register: str


class Verification(BaseModel):
    """The answer, with HTTP status 200 whatever the verdict."""

    status: Status
    checked_at: datetime
    certificate: Certificate | None
    reasons: list[str] = Field(description="Finer verdicts, such as forged or not-recorded.")
    checks: list[Check]
    differences: list[Difference]
    message: str


class Problem(BaseModel):
    """Why a request could not be used: a problem document as RFC 9457 has it."""

    type: str = Field(description="An address that explains this kind of problem.")
    title: str
    status: int
    detail: str
    reason: str = Field(description="Stable; for programs.")
    message: str = Field(description="As `detail`, if there is more to say than the title.")
    retry_after: int | None = Field(None, description="Seconds to wait, where that helps.")


class Batch(Closed):
    """Many checks at once; each counts one against the quota."""

    checks: list[ByNumber] = Field(min_length=1, max_length=100)


class BatchAnswer(BaseModel):
    """The answers in the order of the checks."""

    counts: dict[str, int] = Field(description="How many of each status.")
    results: list[Verification]


class Usage(BaseModel):
    """What is left of a key's day."""

    label: str
    quota: int
    used: int
    left: int
    resets_at: datetime = Field(description="When the next day of UTC begins.")
    expires_at: datetime = Field(description="When the key ends.")


class WatchNews(BaseModel):
    """One thing that happened to a watched certificate; webhooks are sent exactly this."""

    id: str
    type: Literal["agreed", "declined", "withdrawn", "status", "expiring", "ping"]
    at: datetime
    watch: str = Field(description="Which watch of yours it belongs to.")
    purpose: str = Field(description="What you said it is for.")
    number: str
    status: Literal["valid", "expired", "suspended", "revoked", "superseded"] | None = Field(
        description="What holds now; null where the holder has not agreed, or no longer does."
    )
    before: Literal["valid", "expired", "suspended", "revoked", "superseded"] | None
    valid_until: date | None
    url: str | None = Field(description="The public page of the certificate.")


class WatchEvents(BaseModel):
    """News, oldest first; ask again with the last id as `after`."""

    events: list[WatchNews]
    more: bool
