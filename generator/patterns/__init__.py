"""Patterns of fraud that can be injected, one a file; `generator.patterns.registry` lists them."""
