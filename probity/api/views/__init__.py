"""Addresses for programs, and the pages about them for people."""

from probity.api.views import account, described, published, verification, watching
from probity.api.views.blueprint import bp

__all__ = ["account", "bp", "described", "published", "verification", "watching"]
