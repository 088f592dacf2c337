"""Population of accounts, pacing, fraud patterns, CSV replay."""
