"""The closed vocabulary of rule files."""
