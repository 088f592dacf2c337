"""The contract: Avro files, records, serdes, registry, registration, evolution checks."""
