"""The file formats that questions come in and go out in."""
