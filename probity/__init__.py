"""Probity: learn procurement and compliance, sit the exam, prove the result."""
