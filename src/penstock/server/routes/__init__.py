"""The API's addresses, a module per noun. They translate; what is done lives with the noun."""
