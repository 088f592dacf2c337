"""Speed, measured: ratios of variants interleaved in one run, never asserted in a test."""
