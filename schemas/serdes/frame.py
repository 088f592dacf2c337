"""The frame of a Kafka value: magic byte 0, the schema id in four bytes, the payload (Confluent's wire format)."""

import struct

from schemas.errors import FrameError

MAGIC = 0
PREFIX_LENGTH = 5

_PREFIX = struct.Struct(">BI")


def prefix(schema_id: int) -> bytes:
    """The five bytes in front of a payload that schema `schema_id` wrote."""
    return _PREFIX.pack(MAGIC, schema_id)


def split(value: bytes | None) -> tuple[int, bytes]:
    """The schema id and the payload of a Kafka value.

    Raises:
        FrameError: the value is null or empty, too short for a frame, or does not begin with the magic byte.
    """
    schema_id = schema_id_of(value)
    return schema_id, (value or b"")[PREFIX_LENGTH:]


def schema_id_of(value: bytes | None) -> int:
    """The schema id in the frame of a Kafka value; errors as `split`."""
    if value is None:
        raise FrameError("The value is null (a tombstone); write a record, this topic is not compacted.")
    if len(value) < PREFIX_LENGTH:
        raise FrameError(
            f"The value has {len(value)} bytes and a frame needs {PREFIX_LENGTH}; write Avro with a frame."
        )
    magic, schema_id = _PREFIX.unpack_from(value)
    if magic != MAGIC:
        raise FrameError(f"The value begins with byte {magic}, not with magic byte {MAGIC}; write Avro with a frame.")
    return int(schema_id)
