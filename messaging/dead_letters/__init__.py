"""Reading dead letters and putting them back."""
