"""Private keys as encrypted PKCS#8: AES-256 under a passphrase that scrypt makes slow to guess.

Written here because the library's own choice is 2,048 rounds of PBKDF2. Every tool reads it, for
example `openssl pkey`.
"""

import os

from asn1crypto import core, pem
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from probity.credentials.proofs.signers import PrivateKey

BLOCKS, BLOCK_SIZE, LANES = 1 << 14, 8, 8
"""16 MB and a third of a second for each guess; more memory than OpenSSL would read by default."""

LABEL = "ENCRYPTED PRIVATE KEY"
_PBES2 = "1.2.840.113549.1.5.13"
_SCRYPT = "1.3.6.1.4.1.11591.4.11"
_AES256_CBC = "2.16.840.1.101.3.4.1.42"
_KEY_BYTES = 32


class _ScryptParameters(core.Sequence):
    _fields = [  # noqa: RUF012 (the library reads it so)
        ("salt", core.OctetString),
        ("blocks", core.Integer),
        ("block_size", core.Integer),
        ("lanes", core.Integer),
        ("key_bytes", core.Integer),
    ]


class _Derivation(core.Sequence):
    _fields = [("algorithm", core.ObjectIdentifier), ("parameters", _ScryptParameters)]  # noqa: RUF012


class _Cipher(core.Sequence):
    _fields = [("algorithm", core.ObjectIdentifier), ("iv", core.OctetString)]  # noqa: RUF012


class _Parameters(core.Sequence):
    _fields = [("derivation", _Derivation), ("cipher", _Cipher)]  # noqa: RUF012


class _Algorithm(core.Sequence):
    _fields = [("algorithm", core.ObjectIdentifier), ("parameters", _Parameters)]  # noqa: RUF012


class _EncryptedPrivateKeyInfo(core.Sequence):
    _fields = [("algorithm", _Algorithm), ("data", core.OctetString)]  # noqa: RUF012


def plain(key: PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def encrypted(key: PrivateKey, passphrase: bytes) -> bytes:
    salt, iv = os.urandom(16), os.urandom(16)
    secret = Scrypt(salt, _KEY_BYTES, BLOCKS, BLOCK_SIZE, LANES).derive(passphrase)
    padder = padding.PKCS7(algorithms.AES256.block_size).padder()
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    encryptor = Cipher(algorithms.AES256(secret), modes.CBC(iv)).encryptor()
    data = encryptor.update(padder.update(der) + padder.finalize()) + encryptor.finalize()
    costs = {"blocks": BLOCKS, "block_size": BLOCK_SIZE, "lanes": LANES, "key_bytes": _KEY_BYTES}
    parameters = {
        "derivation": {"algorithm": _SCRYPT, "parameters": {"salt": salt, **costs}},
        "cipher": {"algorithm": _AES256_CBC, "iv": iv},
    }
    info = {"algorithm": {"algorithm": _PBES2, "parameters": parameters}, "data": data}
    found: bytes = pem.armor(LABEL, _EncryptedPrivateKeyInfo(info).dump())
    return found


def is_encrypted(text: bytes) -> bool:
    return LABEL.encode() in text.partition(b"\n")[0]
