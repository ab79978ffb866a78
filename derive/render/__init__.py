"""A document as text, one file for each target."""
