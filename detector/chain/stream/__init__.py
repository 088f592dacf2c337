"""The stateful detector on Kafka: the only modules of the chain that know topics and offsets."""
