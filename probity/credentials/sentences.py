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
    "code": _l("QR code"),
    "address": _l("Address in the code"),
    "key": _l("Key of the issuer"),
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
    "receipt-registered": _l("This is the very receipt %(number)s that we made."),
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
    "not-yet": _l("Its period of validity has not begun."),
    "proof-jcs-missing": _l("The credential lacks the proof that covers every byte of it."),
    "proof-many": _l("The credential has more proofs than this issuer ever makes."),
    "proof-key-unknown": _l("The proof names a key that this issuer never published."),
    "proof-rdfc-mismatch": _l("The second proof does not match what the credential says now."),
    "code-signed": _l("The summary in the code was signed by the issuer for this certificate."),
    "code-unsigned": _l("The summary in the code is not one that the issuer signed."),
    "key-current": _l("Signed with the key %(key)s, which is in use."),
    "key-retired": _l("Signed with the key %(key)s, since retired in the ordinary way."),
    "before-compromise": _l(
        "The key %(key)s was reported stolen later. The log proves that this certificate is older."
    ),
    "after-compromise": _l(
        "The key %(key)s was reported stolen before this was recorded in the log."
    ),
    "key-compromised-unlogged": _l(
        "The key %(key)s was reported stolen, and no entry in the log proves that this is older."
    ),
    "key-unknown": _l("The key %(key)s is not among those that the issuer published."),
    "before-log": _l("Issued before the public log began, so it has no entry there."),
    "in-log": _l("Entry %(index)s of the public log, which has not been rewritten since."),
    "in-log-unconfirmed": _l(
        "Entry %(index)s of the public log. What was added to the log since could not be read."
    ),
    "receipt-missing": _l("It has no entry in the public log, though the log is older than it."),
    "receipt-malformed": _l("The log receipt cannot be read."),
    "receipt-borrowed": _l("The log receipt belongs to another certificate."),
    "receipt-not-included": _l("The proof in the log receipt does not lead to the log."),
    "checkpoint-unsigned": _l("The checkpoint in the log receipt was not signed by our log."),
    "log-fork": _l("The log that the receipt speaks of is not the log as it is published."),
    "log-shorter": _l("The log is shorter today than when it gave this receipt."),
    "log-not-asked": _l("A credential by itself holds no receipt; the PDF does."),
    "host-unknown": _l("Whether the address is the issuer's own could not be checked here."),
    "host-other": _l("The address in the code is not the issuer's own. Do not open it."),
    "host-own": _l("The address in the code is the issuer's own."),
    "no-list": _l("Issued before there were status lists. The register was asked instead."),
    "no-list-offline": _l("It names no status list; only the register can tell its status."),
    "list-clear": _l("The signed list says: neither revoked nor suspended."),
    "list-revoked": _l("The signed list says: revoked."),
    "list-suspended": _l("The signed list says: suspended."),
    "list-missing": _l("The list is not at hand."),
    "list-stale": _l("The list at hand is out of date and was not used."),
    "list-foreign": _l("The list was not signed by the issuer for this use."),
    "list-key-unknown": _l(
        "The list was signed with a key that does not count, so it was not used."
    ),
    "list-malformed": _l("The entry about the list, or the list itself, cannot be read."),
    "list-differs": _l("The public list says otherwise than the register."),
    "text-unchecked": _l(
        "The words on the page are not read here. Compare them with what is shown above."
    ),
    "stamp-unchecked": _l("There is a time stamp; it is not checked here."),
    "no-stamp": _l("No time stamp of an authority outside; the log dates it."),
    "stamped": _l("Dated %(time)s by %(authority)s."),
    "stamp-other": _l("The time stamp belongs to something else."),
    "no-record-offline": _l("Without the register it was checked against the credential inside."),
    "text-agrees-offline": _l("Every printed field agrees with the credential inside."),
    "text-differs-offline": _l("Printed fields differ from the credential inside."),
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
    "json-malformed": _l(
        "The text is not well-formed JSON. Choose the credential again as it was downloaded."
    ),
    "json-duplicate": _l(
        "The text states one thing twice, which could hide a change. Ask the holder for the original."
    ),
    "json-large": _l("The credential is larger than 256 KB; ours are a hundredth of that."),
    "json-deep": _l("The text is nested far deeper than a credential. It is not one of ours."),
    "json-foreign": _l(
        "This is JSON, but neither a credential nor a receipt of the log. "
        "Choose the file that ends with .json and was downloaded with the certificate."
    ),
    "badge-several": _l(
        "The picture holds several credentials, which could hide a change. Ask the holder for the "
        "original badge."
    ),
    "badge-broken": _l(
        "The credential in this picture was damaged or put there in another way than ours. Ask the "
        "holder for the original badge."
    ),
    "badge-foreign": _l(
        "The picture holds a token of a kind that this issuer never makes. Ask the holder for the "
        "PDF."
    ),
    "badge-old": _l(
        "This is a badge of the older standard, Open Badges 2.0, which proves nothing by itself. "
        "Ask the holder for the Open Badges 3.0 file or the PDF."
    ),
    "badge-packed": _l(
        "The credential in this picture is compressed, which badges of ours never are: it could "
        "unpack to something huge and was left alone. Ask the holder for the original badge."
    ),
    "badge-entities": _l(
        "The drawing defines abbreviations (XML entities) that could grow without end or fetch other "
        "files. Badges of ours have none: ask the holder for the original badge."
    ),
    "badge-deep": _l("The drawing is nested far deeper than a badge. It is not one of ours."),
    "badge-complex": _l("The picture has far more parts than a badge. It is not one of ours."),
    "badge-malformed": _l(
        "This looks like a drawing (SVG) or a web page, and its markup is broken. Choose the badge "
        "again as it was downloaded, or ask the holder for the PDF."
    ),
}
REASONS: Mapping[str, LazyString] = {
    "specimen": _l("This is a specimen made by a demonstration. It certifies nothing."),
    "not-ours": _l("Nothing in this file was signed by this issuer."),
    "no-text": _l(
        "The file holds no text that could be compared, like a scan or a photograph. Scan the code "
        "on it, or type number and name."
    ),
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
    "proof-kind": _l(
        "Its proof is of a kind that this issuer never makes. Ask the holder for the original file."
    ),
    "proof-jcs-missing": _l("It lacks the proof that covers every byte, so it could be changed."),
    "credential-duplicate": _l("The credential states one thing twice, which could hide a change."),
    "code-altered": _l("The text of the code was changed. Rely on the record shown here."),
    "verification-receipt": _l(
        "It says what the register said when it was made. Verify the certificate itself to learn "
        "what holds today."
    ),
    "receipt-holds": _l(
        "This receipt is genuine: the log holds the entry. It names nobody by design, so hand in "
        "the certificate to learn what was recorded."
    ),
    "receipt-borrowed": _l("The log receipt in it belongs to another certificate."),
    "receipt-missing": _l(
        "The public log has no entry for it, though it should. Tell the issuer, and do not rely on it."
    ),
    "receipt-broken": _l("The log receipt in it proves nothing."),
    "checkpoint-foreign": _l("The log receipt in it is not from this issuer's log."),
    "log-fork": _l(
        "The log was rewritten, or this receipt is from a second one. Keep the file: it is evidence. "
        "Tell the issuer and the witnesses of the log."
    ),
    "list-foreign": _l("The status list it names is not the issuer's."),
    "log-rolled-back": _l(
        "The log is shorter than when it gave this receipt: it was rolled back. Keep the file as "
        "evidence, and tell the issuer and the witnesses of the log."
    ),
    "log-not-checked": _l("Whether the public log holds it could not be checked here."),
    "address-foreign": _l("The address in the code leads to another site. Do not open it."),
    "list-differs": _l("The public status list says otherwise than the register. Tell the issuer."),
    "back-dated": _l(
        "It was recorded more than a month after the day it claims to be valid from. Ask why."
    ),
    "look-alike-letters": _l(
        "Letters of another alphabet stand where ours would look the same. That is no slip."
    ),
    "invisible-signs": _l("Signs that nobody sees were put into a field."),
    "name-invisible": _l(
        "The name you gave holds signs that cannot be seen; they come along when text is copied. "
        "Type it by hand."
    ),
    "name-mixed": _l(
        "The name you gave mixes letters of two alphabets that look alike. Type it by hand."
    ),
    "key-compromised": _l(
        "It was signed with a key that was reported stolen, and nothing proves that it is older."
    ),
    "status-not-checked": _l("Whether it was revoked since could not be checked here."),
    "status-as-of": _l("The status is that of the list at hand, not of this minute."),
    "before-log": _l("It was issued before the public log began."),
    "badge-picture": _l(
        "It came inside a picture. The picture itself states nothing: rely on the name and the "
        "status shown here."
    ),
    "many-credentials": _l("The file holds several credentials, which could hide a change."),
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


def words() -> dict[str, str]:
    """Every sentence that the page for checks without the site may need, by its code."""
    kinds = {"check": CHECK_NAMES, "found": _FOUND, "problem": PROBLEMS, "reason": REASONS, "field": FIELDS}  # fmt: skip
    return {f"{kind}:{code}": str(said) for kind, named in kinds.items() for code, said in named.items()}  # fmt: skip
