"""One module per way of answering; `probity.bank.marking` is the way in."""
