"""How PINs are hashed: Argon2id as OWASP's password storage cheat sheet asks at least.

The library's own defaults take several times as long; on a Pi the desk would stand still for a second.
"""

from argon2 import PasswordHasher

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1


def pin_hasher() -> PasswordHasher:
    """Hashes and verifies; a hash says with which parameters it was made."""
    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
