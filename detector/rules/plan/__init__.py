"""Rule sets compiled into the tables that the kernels read."""
