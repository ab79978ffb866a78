"""The lines of the literature beside ours: which is longer."""
