"""The commands of `fraud-schemas`, one a file; `schemas.cli` lists them."""
