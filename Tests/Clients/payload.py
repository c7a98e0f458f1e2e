"""The value of record number n: `n:` and a run of bytes that follows from n, so that no wrong byte goes unseen."""

import hashlib


def payload(number):
    seed = hashlib.sha256(str(number).encode()).digest()
    return str(number).encode() + b":" + (seed * 32)[: 20 + number * 37 % 900]


def number(value):
    """The record's number; raises `ValueError` when a byte of it is not what was sent."""
    found = int(value.split(b":", 1)[0])
    if payload(found) != value:
        raise ValueError(f"record {found} came back changed")
    return found
