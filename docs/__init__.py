"""Pages that are written from the code; the rest of this folder is written by hand."""
