"""Every finding of a verification in words."""

from collections.abc import Mapping

from flask_babel import LazyString

from probity.credentials.checks.inspection import Check
from probity.kernel.i18n import lazy_gettext as _l

CHECK_NAMES: Mapping[str, LazyString] = {
    "signature": _l("Signature"),
    "coverage": _l("Whole file signed"),
    "signer": _l("Signer"),
    "bytes": _l("Byte for byte"),
    "credential-proof": _l("Credential inside"),
    "text": _l("Printed text"),
    "register": _l("Register"),
    "validity": _l("Period of validity"),
    "status-list": _l("Public status list"),
    "log-inclusion": _l("Public log"),
    "timestamp": _l("Time stamp"),
}
_FOUND: Mapping[str, LazyString] = {
    "no-file": _l("Only number and name were given. Drop the PDF to have its signature checked."),
    "not-signed": _l("The file carries no signature."),
    "signature-torn": _l("The signature no longer fits: another program wrote the file anew."),
    "nothing-covered": _l("Without a signature in its place there is nothing to check."),
    "no-signer": _l("Who signed cannot be read."),
    "intact": _l("The signature matches the content."),
    "changed-after-signing": _l("The content was changed after it was signed."),
    "whole-file": _l("The signature covers the whole file."),
    "added-after-signing": _l("Something was added to the file after it was signed."),
    "hidden-in-signature": _l("The part of the file that holds the signature was written anew."),
    "our-key": _l("Signed with the issuer's key %(key)s."),
    "other-signer": _l("Signed by somebody else, with the certificate “%(signer)s”."),
    "bytes-registered": _l("This is the very file that was issued."),
    "bytes-other": _l("This is not the file that was issued."),
    "same-credential": _l("This is the credential that was issued."),
    "other-credential": _l("This is not the credential that was issued."),
    "no-credential": _l("The file holds no credential."),
    "credential-large": _l("The credential is larger than 256 KB; ours never are."),
    "credential-malformed": _l("The credential is not well-formed and cannot be read."),
    "credential-duplicate": _l("The credential states one thing twice, which could hide a change."),
    "proof-kind": _l("The credential's proof is of a kind that this issuer does not use."),
    "proof-foreign": _l("The credential's proof was made with somebody else's key."),
    "proof-missing": _l("The credential has no proof of this issuer."),
    "proof-mismatch": _l("The proof does not match what the credential says now."),
    "proof-right": _l("The proof matches, made with the issuer's key %(key)s."),
    "text-as-issued": _l("The printed text is as issued."),
    "text-agrees": _l("Every printed field agrees with the register."),
    "text-differs": _l("Printed fields differ from the register."),
    "no-text": _l("The text of this file cannot be compared."),
    "not-in-register": _l("No certificate of ours answers to this."),
    "valid": _l("Entered in the register, and neither revoked nor suspended."),
    "expired": _l("Entered in the register; its period is over."),
    "suspended": _l("Entered in the register, and suspended at present."),
    "revoked": _l("Entered in the register, and revoked."),
    "superseded": _l("Entered in the register, and replaced by a newer certificate."),
    "current": _l("Within its period of validity."),
    "over": _l("Its period of validity is over."),
    "not-offered": _l("Not offered by this issuer yet."),
}
PROBLEMS: Mapping[str, LazyString] = {
    "empty": _l(
        "The file is empty. Choose the certificate's PDF again; it may not have been saved."
    ),
    "too-large": _l("The file is larger than 5 MB. Certificates are far smaller: choose another."),
    "not-pdf": _l("This is not a PDF. Drop the PDF that the holder received, not a copy of it."),
    "picture": _l(
        "This is a picture. A photograph cannot be checked: scan its code, or type number and name."
    ),
    "truncated": _l("The file ends too early: it was not transferred whole. Ask for it once more."),
    "encrypted": _l(
        "The file is protected by a password. Ours never are: ask the holder for the original."
    ),
    "active-content": _l(
        "The file contains a program that would run when it is opened. Ours never do: do not open it."
    ),
    "damaged": _l("The file is damaged and cannot be read. Ask the holder for the original."),
    "too-complex": _l("The file has far more parts than a certificate. It is not one of ours."),
}
REASONS: Mapping[str, LazyString] = {
    "specimen": _l("This is a specimen made by a demonstration. It certifies nothing."),
    "not-ours": _l("Nothing in this file was signed by this issuer."),
    "not-recorded": _l(
        "It carries this issuer's signature, but the register does not know it. Tell the issuer."
    ),
    "forged": _l("Somebody else signed this page and made it look like ours."),
    "copied-genuine-record-inside": _l(
        "A genuine record lies inside, but the page around it is not the one we issued. "
        "Rely on the record shown here."
    ),
    "text-differs": _l("The printed text is not what was issued."),
    "added-after-signing": _l("Something was added after the file was signed."),
    "hidden-in-signature": _l("The place of the signature was rewritten."),
    "changed-after-signing": _l("The content was changed after the file was signed."),
    "signature-removed": _l(
        "The signature is gone. Printing to PDF or saving with another program does that."
    ),
    "credential-altered": _l("The credential inside is not the one that was issued."),
    "revoked": _l("The certificate itself was revoked."),
    "suspended": _l("The certificate itself is suspended at present."),
    "expired": _l("The certificate itself has expired."),
    "superseded": _l("The certificate itself was replaced by a newer one."),
}
FIELDS: Mapping[str, LazyString] = {
    "holder": _l("Holder"),
    "title": _l("Certificate"),
    "level": _l("Level"),
    "standard": _l("Standard"),
    "number": _l("Number"),
    "issuer": _l("Issuer"),
    "issued_on": _l("Issued"),
    "valid_until": _l("Valid to"),
}


def found(check: Check) -> str:
    """What a check found, as a sentence."""
    sentence = str(_FOUND[check.code])
    return sentence % check.facts if check.facts else sentence


def reasons_told(reasons: tuple[str, ...]) -> list[str]:
    """The finer verdicts that have a sentence of their own."""
    return [str(REASONS[reason]) for reason in reasons if reason in REASONS]
