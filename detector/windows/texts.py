"""Hashes of texts, Kafka's partitioner, and gathering of texts, over joined UTF-8 bytes."""
# mypy: disable-error-code="no-any-return"
# Items of arrays are Any to mypy; kernels compute with nothing else.

import numpy as np
from numpy.typing import NDArray

from detector.windows.kernel import kernel
from detector.windows.layout import I64, U8

_FNV_OFFSET = np.uint64(0xCBF29CE484222325)
_FNV_PRIME = np.uint64(0x100000001B3)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_M = np.uint64(0x5BD1E995)
_SEED = np.uint64(0x9747B28C)
_LOW_32 = np.uint64(0xFFFFFFFF)


@kernel
def hash_texts(data: U8, ends: I64, hashes: NDArray[np.uint64]) -> None:
    """64-bit FNV-1a of each text, mixed; never 0, which stands for no key in tables."""
    start = 0
    for index in range(ends.shape[0]):
        value = _FNV_OFFSET
        for at in range(start, ends[index]):
            value = (value ^ np.uint64(data[at])) * _FNV_PRIME
        value = (value ^ (value >> np.uint64(30))) * _MIX_1
        value = (value ^ (value >> np.uint64(27))) * _MIX_2
        value = value ^ (value >> np.uint64(31))
        hashes[index] = value if value != np.uint64(0) else np.uint64(1)
        start = ends[index]


@kernel
def _word(data: U8, at: int, size: int) -> np.uint64:
    word = np.uint64(0)
    for byte in range(size):
        word |= np.uint64(data[at + byte]) << np.uint64(8 * byte)
    return word


@kernel
def murmur2_partitions(data: U8, ends: I64, partitions: int, into: I64) -> None:
    """The partition Kafka's default partitioner gives each key: murmur2, sign bit cleared, modulo."""
    start = 0
    for index in range(ends.shape[0]):
        size = ends[index] - start
        value = _SEED ^ np.uint64(size)
        at = start
        while at + 4 <= ends[index]:
            word = (_word(data, at, 4) * _M) & _LOW_32
            word = ((word ^ (word >> np.uint64(24))) * _M) & _LOW_32
            value = ((value * _M) & _LOW_32) ^ word
            at += 4
        if at < ends[index]:
            value = ((value ^ _word(data, at, ends[index] - at)) * _M) & _LOW_32
        value = ((value ^ (value >> np.uint64(13))) * _M) & _LOW_32
        value = value ^ (value >> np.uint64(15))
        into[index] = np.int64(value & np.uint64(0x7FFFFFFF)) % partitions
        start = ends[index]


@kernel
def gather(data: U8, ends: I64, chosen: I64, into: U8, into_ends: I64) -> None:
    """Copies the texts at positions `chosen` one after the other."""
    filled = 0
    for index in range(chosen.shape[0]):
        row = chosen[index]
        for at in range(ends[row - 1] if row else 0, ends[row]):
            into[filled] = data[at]
            filled += 1
        into_ends[index] = filled
