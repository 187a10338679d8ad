"""Backups of a whole installation, what happens after one is put back, and the static bundle."""
