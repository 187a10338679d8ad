"""The public surface for programs."""
