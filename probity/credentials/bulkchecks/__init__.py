"""Checks of whole tables: number and name in each row, one answer for each."""
