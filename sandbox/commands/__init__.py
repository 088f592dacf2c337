"""The commands of `fraud-sandbox`, one a file."""
