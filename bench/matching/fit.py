"""`python -m bench.matching.fit`: makes the file of weights anew; the same command gives the same file."""

import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    from bench.matching.training import main

    main()
