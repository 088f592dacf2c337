"""Records encoded and decoded by the batch, in columns."""
