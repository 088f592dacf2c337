"""Avro's binary encoding of single values: numbers, and what has a length."""

import struct
from typing import Any

from schemas.serdes.refusal import Refusal

MASK = (1 << 64) - 1
FLOAT = struct.Struct("<f")
DOUBLE = struct.Struct("<d")


def varint(number: int) -> bytes:
    """A long, zigzag and seven bits a byte; `number` is within 64 bits."""
    rest = (number << 1) ^ (number >> 63)
    out = bytearray()
    while rest > 0x7F:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    out.append(rest)
    return bytes(out)


SMALL = tuple(varint(number) for number in range(1024))
"""Lengths and counts, mostly."""


def put_length(length: int, out: bytearray) -> None:
    """Appends the length of what follows."""
    out += SMALL[length] if length < 1024 else varint(length)


def read_long(buffer: bytes, position: int) -> tuple[int, int]:
    """A long and the position behind it; bits beyond the 64th are dropped, as Avro Java drops them.

    Raises:
        IndexError: the bytes end.
        Refusal: more than ten bytes.
    """
    byte = buffer[position]
    if byte < 0x80:
        return (byte >> 1) ^ -(byte & 1), position + 1
    value, shift = byte & 0x7F, 7
    while True:
        position += 1
        byte = buffer[position]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
        if shift > 63:
            raise Refusal("a number goes on for more than ten bytes")
    value &= MASK
    return (value >> 1) ^ -(value & 1), position + 1


def read_int(buffer: bytes, position: int) -> tuple[int, int]:
    """An int, within 32 bits."""
    value, position = read_long(buffer, position)
    if not -0x80000000 <= value <= 0x7FFFFFFF:
        raise Refusal(f"{value} is no int of 32 bits")
    return value, position


def read_bytes(buffer: bytes, position: int) -> tuple[bytes, int]:
    """Bytes behind their length."""
    length, start = read_long(buffer, position)
    end = start + length
    if length < 0 or end > len(buffer):
        raise Refusal(f"a length of {length} where {len(buffer) - start} bytes are left")
    return buffer[start:end], end


def read_string(buffer: bytes, position: int) -> tuple[str, int]:
    """UTF-8 behind its length."""
    length, start = read_long(buffer, position)
    end = start + length
    if length < 0 or end > len(buffer):
        raise Refusal(f"a length of {length} where {len(buffer) - start} bytes are left")
    return buffer[start:end].decode(), end


def read_boolean(buffer: bytes, position: int) -> tuple[bool, int]:
    """One byte, 0 or 1."""
    byte = buffer[position]
    if byte > 1:
        raise Refusal(f"byte {byte} is no boolean")
    return byte == 1, position + 1


def read_float(buffer: bytes, position: int) -> tuple[float, int]:
    """Four bytes, little end first."""
    value: float = FLOAT.unpack_from(buffer, position)[0]
    return value, position + 4


def read_double(buffer: bytes, position: int) -> tuple[float, int]:
    """Eight bytes, little end first."""
    value: float = DOUBLE.unpack_from(buffer, position)[0]
    return value, position + 8


def read_null(buffer: bytes, position: int) -> tuple[Any, int]:  # noqa: ARG001 (one signature for all)
    """No bytes at all."""
    return None, position
