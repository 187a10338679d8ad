"""Proofs that need no register: keys, credential, QR code."""
