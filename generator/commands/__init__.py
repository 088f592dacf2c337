"""The commands of `fraud-generator`, one a file; `generator.cli` lists them."""
