/** First bytes of files that are handed over as captures by mistake, with what they are and what to do. */
const kinds: readonly { magic: readonly number[]; what: string; remedy: string }[] = [
  { magic: [0x1f, 0x8b], what: 'gzip data', remedy: 'decompress it first: gunzip FILE' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], what: 'zstd data', remedy: 'decompress it first: zstd -d FILE' },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], what: 'xz data', remedy: 'decompress it first: xz -d FILE' },
  { magic: [0x42, 0x5a, 0x68], what: 'bzip2 data', remedy: 'decompress it first: bzip2 -d FILE' },
  { magic: [0x04, 0x22, 0x4d, 0x18], what: 'lz4 data', remedy: 'decompress it first: lz4 -d FILE' },
  { magic: [0x50, 0x4b, 0x03, 0x04], what: 'a ZIP archive', remedy: 'unpack it first: unzip FILE' },
  { magic: [0x7f, 0x45, 0x4c, 0x46], what: 'an ELF file', remedy: 'give the capture here and the program as FILE' },
  { magic: [0x73, 0x6e, 0x6f, 0x6f, 0x70, 0x00], what: 'a snoop capture', remedy: 'convert it: tshark -r OLD -w NEW' },
  { magic: [0x47, 0x4d, 0x42, 0x55], what: 'a Network Monitor capture', remedy: 'convert it: tshark -r OLD -w NEW' },
  // Relatives of pcap whose records have other fields; reading them as pcap would give garbage.
  ...pcapRelatives(0xa1b2cd34, 'a modified pcap file (Kuznetsov variant, with interface and protocol per record)'),
  ...pcapRelatives(0xa12b3c4d, 'a modified pcap file (Navtel variant)'),
  ...pcapRelatives(0x1c0001ac, 'a modified pcap file (Ixia hardware variant)'),
  ...pcapRelatives(0x1c0001ab, 'a modified pcap file (Ixia software variant)'),
];

function pcapRelatives(magic: number, what: string): { magic: number[]; what: string; remedy: string }[] {
  const bytes = [magic >>> 24, (magic >>> 16) & 255, (magic >>> 8) & 255, magic & 255];
  return [bytes, bytes.toReversed()].map((order) => ({
    magic: order,
    what,
    remedy: 'convert it: tshark -r OLD -w NEW',
  }));
}

const PCAP_REMEDY = 'give a pcap or pcapng file, as tcpdump -w or Wireshark write it';

/** What a file that is no capture seems to be, by its first bytes, and what its user can do. */
export function fileKind(bytes: Uint8Array): { what: string; remedy: string } {
  const known = kinds.find(({ magic }) => magic.every((byte, index) => bytes[index] === byte));
  if (known !== undefined) return { what: known.what, remedy: known.remedy };
  if (bytes.length === 0) return { what: 'an empty file', remedy: PCAP_REMEDY };
  return { what: isText(bytes.subarray(0, 64)) ? 'text' : 'an unknown kind of file', remedy: PCAP_REMEDY };
}

function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13);
}
