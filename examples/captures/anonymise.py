"""Takes the options that describe the recording machine (hardware, system) out of a pcapng file, in place.

    python3 anonymise.py FILE
"""

import struct
import sys

SECTION, INTERFACE = 0x0A0D0D0A, 1
# Where the options of a block begin, and which of them go: shb_hardware, shb_os; if_os, if_hardware.
MACHINE = {SECTION: (24, {2, 3}), INTERFACE: (16, {12, 15})}


def without(options, codes):
    kept, at = b"", 0
    while at + 4 <= len(options):
        code, length = struct.unpack_from("<HH", options, at)
        size = 4 + (length + 3) // 4 * 4
        if code not in codes:
            kept += options[at : at + size]
        at += size
    return kept


with open(sys.argv[1], "rb") as file:
    data = file.read()
out, at = b"", 0
while at < len(data):
    kind, size = struct.unpack_from("<II", data, at)
    block = data[at : at + size]
    if kind in MACHINE:
        start, codes = MACHINE[kind]
        body = block[8:start] + without(block[start:-4], codes)
        block = struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
    out += block
    at += size
with open(sys.argv[1], "wb") as file:
    file.write(out)
