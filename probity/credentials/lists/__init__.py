"""Status lists: where anybody can look up whether a certificate was withdrawn, without asking."""
