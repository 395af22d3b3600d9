"""A tagged port in user space: what a host sends into TAP leaves DEVICE with an 802.1Q tag, and back.

Stands in for `ip link add link DEVICE type vlan id ID`, which many small kernels lack.

    python3 vlan-port.py TAP DEVICE ID
"""

import fcntl
import os
import select
import socket
import struct
import sys

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
ETH_P_ALL, SOL_PACKET, PACKET_AUXDATA, PACKET_OUTGOING = 0x0003, 263, 8, 4
TP_STATUS_VLAN_VALID = 0x10

name, device, vlan = sys.argv[1], sys.argv[2], int(sys.argv[3])
tap = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TAP | IFF_NO_PI))
port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
port.bind((device, ETH_P_ALL))
port.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)

while True:
    readable, _, _ = select.select([tap, port], [], [])
    if tap in readable:
        frame = os.read(tap, 2048)
        port.send(frame[:12] + struct.pack("!HH", 0x8100, vlan) + frame[12:])
    if port in readable:
        frame, ancillary, _, address = port.recvmsg(2048, 256)
        # The kernel takes the tag out of the frame and tells of it in a control message.
        for level, kind, data in ancillary:
            if level != SOL_PACKET or kind != PACKET_AUXDATA or address[2] == PACKET_OUTGOING:
                continue
            status, _, _, _, _, tag, _ = struct.unpack("IIIHHHH", data[:20])
            if status & TP_STATUS_VLAN_VALID and tag & 0xFFF == vlan:
                os.write(tap, frame)
