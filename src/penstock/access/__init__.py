"""Who may use Penstock: users, sessions, API tokens, one-time links, and what they did."""
