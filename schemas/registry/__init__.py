"""The schema registry, as this project speaks with it."""
