"""Sittings: who may sit when, entitlements, and what happens in the room."""
