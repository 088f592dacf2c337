"""How good the verdicts of a rule set are, measured on labelled payments."""
