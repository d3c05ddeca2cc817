"""Password hashing that tests can afford: argon2id with next to no memory."""

from argon2 import PasswordHasher

from penstock.access.passwords import Passwords


def cheap_passwords() -> Passwords:
    """Hashes and compares as always, in a fraction of a millisecond."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
