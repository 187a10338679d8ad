"""The studio's pages about items."""

from probity.bank.views import filing, items, life, reviews
from probity.bank.views.blueprint import bp

__all__ = ["bp", "filing", "items", "life", "reviews"]
