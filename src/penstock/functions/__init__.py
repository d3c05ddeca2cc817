"""Function cards, a module per category."""
