"""Verification receipts: what somebody asked, and what the register answered, as a signed PDF."""
