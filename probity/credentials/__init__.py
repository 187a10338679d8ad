"""Certificates: issue, register, verification; the keys and the paper they are made with."""
