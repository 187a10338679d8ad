"""Names that try a design: the usual one, and those that are hardest to print. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from probity.credentials.facts import CertificateFacts, DesignRef
from probity.kernel.settings import Settings

USUAL = "usual"
NAMES: Mapping[str, tuple[str, str | None, str | None]] = {
    USUAL: ("Lin Wei", "林蔚", "zh"),
    "eighty": ("Maximiliana-Theodora von Wolfeschlegelstein zu Hohenlohe-Langenburg-Schillingsf.", None, None),
    "rare": ("Li Mingxuan", "䶮㛃𬀪𠮷", "zh"),
    "arabic": ("Muhammad Al Saud", "محمد آل سعود", "ar"),
    "thai": ("Namthip Kulasiri", "นํ้าทิพย์ กุลศิริ์", "th"),
    "vietnamese": ("Nguyễn Thị Hồng Nhung", None, None),
    "letter": ("E", "乙", "zh"),
}  # fmt: skip
"""Latin name, name in another script, its language."""

TITLE = {"en": "Government Procurement Practitioner", "zh-Hans": "政府采购从业能力证书"}
SUMMARY = {
    "en": "Runs ordinary procurement cases alone, from the plan to the contract.",
    "zh-Hans": "能够独立办理从计划到合同的普通政府采购项目。",
}
STANDARD = {"en": "Probity scheme GPP 2026", "zh-Hans": "政府采购从业能力认证方案（2026）"}
_NOWHERE = "a" * 26


def facts(settings: Settings, name: str, ref: DesignRef, key_id: str) -> CertificateFacts:
    """What a certificate of nobody states; its number is none."""
    latin, native, language = NAMES[name]
    return CertificateFacts(
        public_id=_NOWHERE,
        number="PRB-0000-000000",
        base_url=settings.base_url,
        issuer=settings.issuer_name,
        key_id=key_id,
        name_latin=latin,
        name_native=native,
        native_lang=language,
        scheme="GPP",
        title=TITLE,
        summary=SUMMARY,
        standard=STANDARD,
        level="P",
        issued_on=date(2026, 11, 22),
        valid_until=date(2029, 11, 21),
        begins_at=datetime.combine(date(2026, 11, 22), time(), UTC),
        ends_at=datetime.combine(date(2029, 11, 22), time(), UTC),
        specimen=False,
        design=ref,
    )
