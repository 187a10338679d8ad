"""The page: faces, layout, typesetting, the signature in the file."""
