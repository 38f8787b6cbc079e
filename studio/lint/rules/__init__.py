"""One file a rule of the lint."""
