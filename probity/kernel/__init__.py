"""What every domain stands on; no domain word belongs here."""
