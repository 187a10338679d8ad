"""The key sets of this installation: who signs, since when, and what still counts."""
