"""Looking at files and credentials that somebody hands in."""
