"""The tamper-evident record of who changed what."""
