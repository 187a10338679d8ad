"""Acts that one person proposes and another has to approve."""
