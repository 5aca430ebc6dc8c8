"""Vectors between numpy's bytes and pgvector's, in the binary protocol."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from psycopg import Connection
from psycopg.adapt import Buffer, Dumper, Loader
from psycopg.pq import Format


@dataclass(frozen=True, slots=True)
class Vector:
    """A vector as it is packed: float32 (dim,), little-endian."""

    packed: bytes


class _Dumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Vector) -> Buffer:
        floats = np.frombuffer(obj.packed, dtype="<f4").astype(">f4")
        return struct.pack(">HH", len(floats), 0) + floats.tobytes()


class _Loader(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return np.frombuffer(bytes(data)[4:], dtype=">f4").astype("<f4").tobytes()


def adapt_vectors(connection: Connection, oid: int) -> None:
    """Let a connection take ``Vector`` for pgvector's type, and give its bytes."""
    dumper = type("VectorDumper", (_Dumper,), {"oid": oid})
    connection.adapters.register_dumper(Vector, dumper)
    connection.adapters.register_loader(oid, _Loader)
