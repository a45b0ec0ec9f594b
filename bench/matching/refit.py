"""`python -m bench.matching.refit`: measures what a hub gains that learns from its own workers' decisions."""

import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    from bench.matching.deciding import main

    main()
