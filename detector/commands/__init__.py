"""The commands of `fraud-detector`, one a file; `detector.cli` lists them."""
