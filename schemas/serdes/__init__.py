"""Avro serializer and deserializer over the schema registry, per record and in columns."""
