#!/usr/bin/env python3
"""Which roles may do an action, from a bundle: a reader written from docs/bundle.md alone.

Usage: read_bundle.py BUNDLE POLICY ROLE ACTION

Prints `permit` where a plain permit reaches the role, `guarded` where conditions, scopes or forbids
have a say too, which this reader does not decide, and `none` where nothing permits. It checks the
digest of what decides, and neither the XXH3 check nor what explains.
"""

import hashlib
import struct
import sys

CELLS, ASSIGN = 2, 3
DENSE = 0xFFFFFFFF


def fail(why):
    sys.exit(f"error: {why}")


def read_sections(data):
    """The sections by kind and table, after checking the container."""
    if len(data) < 72 or data[:8] != b"policyc\0":
        fail("this is not a policyc bundle")
    version, reserved, length = struct.unpack_from("<IIQ", data, 8)
    if version != 1:
        fail(f"the bundle has format {version}, and this reads format 1")
    if reserved != 0 or length != len(data):
        fail("the bundle is damaged")
    table_count, section_count = struct.unpack_from("<II", data, 64)
    sections = {}
    for at in range(section_count):
        kind, table, start, size = struct.unpack_from("<IIII", data, 72 + 16 * at)
        sections[kind, table] = data[start : start + size]
    decides = hashlib.sha256()
    for table in range(table_count):
        decides.update(sections[CELLS, table] + sections[ASSIGN, table])
    if decides.digest() != data[32:64]:
        fail("the bundle does not have its digest")
    return table_count, sections


class Cells:
    """The cells section of one policy."""

    def __init__(self, section):
        self.section, self.at = section, 0
        head = struct.unpack("<12I", self.take(48))
        model, roles, actions, role_text, action_text, sparse, dense, entries = head[:8]
        text = self.take(model)
        self.policy = text[1 : 1 + text[0]].decode()  # an id has at most 100 bytes
        self.roles = self.names(roles, role_text)
        self.actions = self.names(actions, action_text)
        self.take(2 * roles)
        self.plain = self.rows(roles, actions, sparse, dense)
        self.guarded = set(struct.unpack(f"<{3 * entries}I", self.take(12 * entries))[::3])

    def take(self, size):
        array = self.section[self.at : self.at + size]
        self.at += (size + 7) // 8 * 8  # arrays are filled up to multiples of 8
        return array

    def names(self, count, text_size):
        starts = struct.unpack(f"<{count + 1}I", self.take(4 * (count + 1)))
        text = self.take(text_size)
        return [text[a:b].decode() for a, b in zip(starts, starts[1:])]

    def rows(self, count, columns, sparse_count, dense_count):
        places = struct.unpack(f"<{2 * count}I", self.take(8 * count))
        width, letter = (2, "H") if columns <= 65_536 else (4, "I")
        sparse = struct.unpack(f"<{sparse_count}{letter}", self.take(width * sparse_count))
        size = (columns + 63) // 64 * 8
        dense, rows = self.take(size * dense_count), []
        for start, many in zip(places[::2], places[1::2]):
            if many == DENSE:
                bits = int.from_bytes(dense[start * size : (start + 1) * size], "little")
                rows.append({column for column in range(columns) if bits >> column & 1})
            else:
                rows.append(set(sparse[start : start + many]))
        return rows


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__.strip())
    path, policy, role, action = sys.argv[1:]
    table_count, sections = read_sections(open(path, "rb").read())
    tables = [Cells(sections[CELLS, table]) for table in range(table_count)]
    cells = next((cells for cells in tables if cells.policy == policy), None)
    if cells is None or role not in cells.roles or action not in cells.actions:
        fail("the bundle has no such policy, role or action")
    column = cells.actions.index(action)
    is_permitted = column in cells.plain[cells.roles.index(role)]
    print("guarded" if column in cells.guarded else "permit" if is_permitted else "none")


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        fail(error)
