import type { MapType } from '../abi/map-types.gen.ts';
import type { ProgramType } from '../abi/program-types.gen.ts';

/** What a host tells of a map (BPF_OBJ_GET_INFO_BY_FD, Linux 4.13). */
export interface MapInfo {
  /** Number of the map on its host, as `bpftool map` shows it. */
  readonly id: number;
  /** At most 15 characters. */
  readonly name: string;
  readonly type: MapType;
  /** Bytes. */
  readonly keySize: number;
  /** Bytes. */
  readonly valueSize: number;
  readonly maxEntries: number;
  /** `BPF_F_*` bits of map creation. */
  readonly flags: number;
  readonly mapExtra: bigint;
  readonly frozen: boolean;
  /** Bytes that it takes, where the host says so. */
  readonly memory?: number;
  /** Number of the BTF that describes its types; absent where it has none. */
  readonly btfId?: number;
}

/** What a host tells of a program (BPF_OBJ_GET_INFO_BY_FD, Linux 4.13). */
export interface ProgramInfo {
  /** Number of the program on its host, as `bpftool prog` shows it. */
  readonly id: number;
  /** At most 15 characters. */
  readonly name: string;
  readonly type: ProgramType;
  /** Digest of its instructions: 16 hexadecimal digits. */
  readonly tag: string;
  /** Nanoseconds from start of the machine to its loading. */
  readonly loadTime: bigint;
  /** User that loaded it. */
  readonly userId: number;
  /** Bytes of its machine code; 0 where the kernel interprets it. */
  readonly jitedSize: number;
  /** Bytes of its instructions after the verifier. */
  readonly xlatedSize: number;
  /** Numbers of the maps that it uses. */
  readonly mapIds: readonly number[];
  /** Nanoseconds that it ran, and how often; counted while statistics are on (Linux 5.1). */
  readonly runTime: bigint;
  readonly runCount: bigint;
  /** Runs left out because it was running on that CPU already (Linux 5.12). */
  readonly recursionMisses: bigint;
  /** Instructions that the verifier went through (Linux 5.16). */
  readonly verifiedInstructions: number;
  /** Number of its BTF; absent where it has none. */
  readonly btfId?: number;
}
