"""`python -m schemas`."""

from schemas.cli import main

if __name__ == "__main__":
    main()
