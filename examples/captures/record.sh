#!/bin/sh
# Records the captures of this folder: real clients and servers in two network namespaces joined by a veth pair.
#
#   sudo examples/captures/record.sh [DIRECTORY]      default: the folder of this script
#
# Needs root and, on Debian: iproute2 ethtool tcpdump wireshark-common python3 curl dnsmasq-base bind9-dnsutils
# iputils-ping. It makes everything it needs under names of its own and removes it at the end, also after a failure.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here}
server=skep-server-$$
client=skep-client-$$
work=$(mktemp -d)
pids=

clean() {
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  ip netns del "$client" 2>/dev/null || true
  ip netns del "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 1' INT TERM

for tool in ip ethtool tcpdump dumpcap capinfos python3 curl dnsmasq dig ping; do
  command -v "$tool" >/dev/null || { echo "record.sh: needs $tool" >&2; exit 3; }
done

# Background processes are started with `ip netns exec` itself, not through these: $! is then the process to stop.
on_server() { ip netns exec "$server" "$@"; }
on_client() { ip netns exec "$client" "$@"; }

# Tries a command for up to five seconds.
wait_for() {
  tries=0
  until "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 50 ] || { echo "record.sh: still not ready: $*" >&2; exit 1; }
    sleep 0.1
  done
}

# ---- two hosts and the link between them -----------------------------------------------------------------

ip netns add "$server"
ip netns add "$client"
on_server ip link add name srv0 type veth peer name cli0 netns "$client"
on_server ip link set srv0 address 02:00:00:00:00:01
on_client ip link set cli0 address 02:00:00:00:00:02
for end in "on_server srv0" "on_client cli0"; do
  set -- $end
  # Checksums and segments as they are on a wire, not as a card would finish them.
  "$1" ethtool -K "$2" tx off rx off tso off gso off gro off >/dev/null
  "$1" sysctl -q -w "net.ipv6.conf.$2.accept_dad=0" "net.ipv6.conf.$2.router_solicitations=0"
  "$1" ip link set lo up
  "$1" ip link set "$2" up
done
on_server ip address add 10.10.0.1/24 dev srv0
on_server ip address add fd00::1/64 dev srv0
for host in 11 12 13 66 130 131; do on_client ip address add "10.10.0.$host/24" dev cli0; done
for host in 11 12 66; do on_client ip address add "fd00::$host/64" dev cli0; done

# VLAN 10 over the same link, and a tunnel over UDP; both ends of each are small programs.
tagged_host() { # NAMESPACE DEVICE ADDRESS MAC
  ip netns exec "$1" python3 "$here/vlan-port.py" vlan10 "$2" 10 &
  pids="$pids $!"
  wait_for ip -n "$1" link show vlan10
  ip -n "$1" link set vlan10 address "$4"
  ip netns exec "$1" sysctl -q -w net.ipv6.conf.vlan10.disable_ipv6=1
  ip -n "$1" link set vlan10 up
  ip -n "$1" address add "$3/24" dev vlan10
}
tunnel_end() { # NAMESPACE LOCAL REMOTE INNER
  ip netns exec "$1" python3 "$here/tunnel.py" tun0 "$2" "$3" 5555 &
  pids="$pids $!"
  wait_for ip -n "$1" link show tun0
  ip netns exec "$1" sysctl -q -w net.ipv6.conf.tun0.disable_ipv6=1
  ip -n "$1" link set tun0 mtu 1400 up
  ip -n "$1" address add "$4/24" dev tun0
}
tagged_host "$server" srv0 10.10.10.1 02:00:00:00:0a:01
tagged_host "$client" cli0 10.10.10.2 02:00:00:00:0a:02
tunnel_end "$server" 10.10.0.1 10.10.0.11 10.20.0.1
tunnel_end "$client" 10.10.0.11 10.10.0.1 10.20.0.2

# ---- servers ---------------------------------------------------------------------------------------------

mkdir "$work/www"
echo '<!doctype html><title>skep</title><p>A hive of straw.' >"$work/www/index.html"
i=0
while [ "$i" -lt 150 ]; do echo "line $i: the quick brown bee visits flower $((i * 7919 % 1000))"; i=$((i + 1)); done \
  >"$work/www/flowers.txt"
ip netns exec "$server" python3 -m http.server 80 --bind :: --directory "$work/www" >/dev/null 2>&1 &
pids="$pids $!"
ip netns exec "$server" dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts --pid-file= --user=root \
  --local=/test/ --host-record=www.skep.test,10.10.0.1,fd00::1 --cname=hive.skep.test,www.skep.test \
  --mx-host=skep.test,www.skep.test,10 --txt-record=skep.test,"a hive of straw" >/dev/null 2>&1 &
pids="$pids $!"
wait_for on_server curl -s -o /dev/null http://10.10.0.1/
wait_for on_server dig +time=1 +tries=1 @10.10.0.1 www.skep.test

# ---- clients ---------------------------------------------------------------------------------------------

get() { on_client curl -s -m 5 -o /dev/null --interface "$@" || true; }
ask() { on_client dig +time=1 +tries=1 -b "$@" >/dev/null || true; }
reach() { on_client ping -q -i 0.05 -W 1 "$@" >/dev/null || true; }

browse() { # the visitors of a small site
  for host in 11 12 13; do
    ask 10.10.0.$host @10.10.0.1 www.skep.test A
    ask 10.10.0.$host @10.10.0.1 www.skep.test AAAA
    get 10.10.0.$host http://10.10.0.1/
  done
  get 10.10.0.11 http://10.10.0.1/flowers.txt
  get 10.10.0.12 http://10.10.0.1/missing.html
  ask 10.10.0.12 @10.10.0.1 hive.skep.test A
  ask 10.10.0.13 @10.10.0.1 skep.test MX
  ask 10.10.0.13 @10.10.0.1 nobody.skep.test A
  ask 10.10.0.13 @10.10.0.1 +tcp skep.test TXT
  reach -c 5 -I 10.10.0.11 10.10.0.1
}
browse6() {
  ask fd00::11 @fd00::1 www.skep.test AAAA
  get fd00::11 'http://[fd00::1]/'
  get fd00::12 'http://[fd00::1]/flowers.txt'
  reach -c 3 -I fd00::12 fd00::1
  get fd00::11 'http://[fd00::1]:8080/'
}
misbehave() { # a port scan and some closed ports: TCP resets and ICMP port unreachable
  on_client python3 - 10.10.0.66 10.10.0.1 <<'SCAN'
import socket, sys
for port in list(range(20, 60)) + [80, 110, 143, 443, 993, 3306, 5432, 6379, 8080, 8443]:
    with socket.socket() as probe:
        probe.bind((sys.argv[1], 0))
        probe.settimeout(1)
        probe.connect_ex((sys.argv[2], port))
SCAN
  get 10.10.0.66 http://10.10.0.1/admin.php
  ask 10.10.0.66 @10.10.0.1 -p 5300 www.skep.test A
  get fd00::66 'http://[fd00::1]/admin.php'
  get 10.10.0.12 http://10.10.0.1:8080/
}
guests() { # a busy range of addresses
  for host in 130 131; do
    get 10.10.0.$host http://10.10.0.1/
    get 10.10.0.$host http://10.10.0.1/flowers.txt
    reach -c 6 -I 10.10.0.$host 10.10.0.1
    ask 10.10.0.$host @10.10.0.1 www.skep.test A
  done
}
tagged() {
  get vlan10 http://10.10.10.1/
  reach -c 3 -I vlan10 10.10.10.1
}
fragments() {
  reach -c 2 -s 3000 -I 10.10.0.13 10.10.0.1
  reach -c 2 -s 3000 -I fd00::12 fd00::1
}
tunnelled() {
  get 10.20.0.2 http://10.20.0.1/
  reach -c 3 -I 10.20.0.2 10.20.0.1
}

# ---- recording -------------------------------------------------------------------------------------------

record() { # FILE COMMAND...: starts a recorder and waits for its file header
  file=$1
  shift
  ip netns exec "$server" "$@" -w "$file" >/dev/null 2>&1 &
  recorder=$!
  pids="$pids $recorder"
  wait_for test -s "$file"
  sleep 0.5
}
stop() {
  sleep 1
  kill "$recorder"
  wait "$recorder" || true
}

record "$work/web.pcap" tcpdump -i srv0 -U
browse
browse6
misbehave
guests
tagged
fragments
stop

record "$work/cooked.pcap" tcpdump -i any -U --time-stamp-precision=nano
get 10.10.0.11 http://10.10.0.1/
ask 10.10.0.12 @10.10.0.1 www.skep.test A
get fd00::12 'http://[fd00::1]/'
reach -c 2 -I 10.10.0.12 10.10.0.1
get 10.10.0.12 http://10.10.0.1:8080/
stop

record "$work/mixed.pcapng" dumpcap -q -i srv0 -i tun0
tunnelled
get 10.10.0.12 http://10.10.0.1/
stop
python3 "$here/anonymise.py" "$work/mixed.pcapng"

for file in web.pcap cooked.pcap mixed.pcapng; do
  install -m 644 "$work/$file" "$out/$file"
  packets=$(capinfos -Trc "$out/$file" | cut -f 2)
  echo "$file: $packets packets, $(wc -c <"$out/$file") bytes"
done
