"""The cases, by what breaks. Importing this registers them all."""
