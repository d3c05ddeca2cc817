"""How a card and a connector are declared, and the registry that finds them."""
