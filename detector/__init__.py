"""Rules, windows, verdicts; `app.py` alone knows Kafka."""
