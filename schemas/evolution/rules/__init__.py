"""The rules, a family in each file; `schemas.evolution.catalogue` lists them."""
