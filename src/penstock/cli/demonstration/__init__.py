"""The demonstration: a customer, Penstock, and a practice AWS between them."""
