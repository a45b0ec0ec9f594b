"""How the tests hash a password: as the product does, at the least that Argon2 allows."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class InHaste(Argon2PasswordHasher):
    """Argon2id over kilobytes: the product's own takes a fifth of a second and 100 megabytes, each time."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
