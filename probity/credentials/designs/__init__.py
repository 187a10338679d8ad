"""Designs of certificates: made by registrars without code, frozen when they are used."""
