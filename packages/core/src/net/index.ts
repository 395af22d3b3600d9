export {
  type Capture,
  type CaptureHeader,
  CaptureParser,
  type CaptureSource,
  readCapture,
  readCaptureSync,
} from './capture.ts';
export { type CaptureInterface, CapturePacket, type WritablePacket } from './capture-packet.ts';
export { type CaptureWriter, writeCapture } from './capture-writer.ts';
export { fileKind } from './file-kind.ts';
export { ethernetGrowth, hasSyntheticHeader, linkTypeName, linkTypes, toEthernet } from './link-type.ts';
export { type PcapOptions, PcapWriter } from './pcap-writer.ts';
export { type PcapngInterface, type PcapngOptions, PcapngWriter } from './pcapng-writer.ts';
