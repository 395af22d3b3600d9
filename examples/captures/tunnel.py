"""One end of a tunnel in user space: IP packets that a host sends into TUN travel in UDP datagrams, and back.

    python3 tunnel.py TUN LOCAL REMOTE PORT
"""

import fcntl
import os
import select
import socket
import struct
import sys

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000

name, local, remote, port = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
tun = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
peer.bind((local, port))

while True:
    readable, _, _ = select.select([tun, peer], [], [])
    if tun in readable:
        peer.sendto(os.read(tun, 2048), (remote, port))
    if peer in readable:
        os.write(tun, peer.recv(2048))
