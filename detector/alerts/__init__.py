"""Alerts: what the fraud topic says, told to people, once per episode."""
