"""A schema registry in this process that answers like Confluent's."""

from sandbox.registry.server import RegistryServer

__all__ = ["RegistryServer"]
