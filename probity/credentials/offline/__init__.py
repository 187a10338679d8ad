"""Verification without the site: a file, a folder of published documents, nothing else."""
