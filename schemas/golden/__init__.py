"""Golden records: a few records of every released version with their bytes, and their replay by every reader."""
