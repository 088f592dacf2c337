"""Rules as files: their format, the sets made of them, their tests."""
