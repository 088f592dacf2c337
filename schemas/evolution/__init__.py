"""What a change of a schema does to those who read and write: pure rules, no registry, no files."""
