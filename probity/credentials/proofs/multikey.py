"""Ed25519 keys and signatures as multibase text, as W3C Data Integrity writes them."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"
_KEY_BYTES = 34


def encode(data: bytes) -> str:
    """Base 58 (Bitcoin's alphabet) behind the prefix `z`."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _ALPHABET[digit] + digits
    return "z" + "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


def decode(text: str) -> bytes:
    """Raises ValueError for anything `encode` would not have written."""
    if not text.startswith("z"):
        raise ValueError("not base58 in multibase form")
    number = 0
    for sign in text[1:]:
        number = number * 58 + _ALPHABET.index(sign)
    zeros = len(text) - 1 - len(text[1:].lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def from_key(key: Ed25519PublicKey) -> str:
    return encode(_ED25519 + key.public_bytes_raw())


def to_key(text: str) -> Ed25519PublicKey:
    """Raises ValueError unless the text is an Ed25519 key."""
    data = decode(text)
    if len(data) != _KEY_BYTES or not data.startswith(_ED25519):
        raise ValueError("not an Ed25519 multikey")
    return Ed25519PublicKey.from_public_bytes(data[2:])
