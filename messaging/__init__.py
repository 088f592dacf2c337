"""Kafka plumbing: the exactly-once loop, the producer, dead letters, topics, health and metrics."""
