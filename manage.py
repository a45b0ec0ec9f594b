#!/usr/bin/env python
from mash.__main__ import main

if __name__ == "__main__":
    main()
