"""Watch lists: an employer learns of changes of a certificate whose holder agreed to it."""
