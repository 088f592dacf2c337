"""Runs the evolution rules over files, released history, a git ref or a registry, and gathers what they found."""
