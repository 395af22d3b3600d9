import { type AttachType, type HelperName, isOlder, type MapType, type ProgramType, since } from '@skep/core/abi';
import { type Platform, platform, platformVersions, type Recorded } from '@skep/core/abi/platform';
import { SkepError } from '@skep/core/base';

/** First kernel of each level of the instruction set (RFC 9669 and the history of its extensions). */
const FIRST_WITH_V3 = '5.1';
const FIRST_WITH_V4 = '6.6';

/** Why a kernel does not have something; undefined where it has it, or where that is not known. */
export type Lack = string | undefined;

/**
 * The kernel that an object is made for. Kernels that were measured answer by their record; of those between and before
 * them it is known what came later.
 */
export class TargetKernel {
  /** `6.1`, as it was asked for. */
  readonly version: string;
  /** The newest record that is not newer. */
  readonly #record: Platform | undefined;
  /** Whether the record is that of this very version. */
  readonly #isMeasured: boolean;

  /** @throws SKEP_USAGE for what is no version. */
  constructor(version: string) {
    const [, exact] = /^(\d+\.\d+)(?:$|[.-])/.exec(version) ?? [];
    if (exact === undefined) {
      throw new SkepError('SKEP_USAGE', `'${version.slice(0, 40)}' is no version of Linux`, {
        remedy: 'write two numbers, such as --target-kernel 6.1',
      });
    }
    this.version = exact;
    this.#record = isOlder(exact, platformVersions[0] ?? exact) ? undefined : platform(exact);
    this.#isMeasured = this.#record?.version === exact;
  }

  /** The highest level of the instruction set that it takes. */
  get cpu(): 2 | 3 | 4 {
    if (isOlder(this.version, FIRST_WITH_V3)) return 2;
    return isOlder(this.version, FIRST_WITH_V4) ? 3 : 4;
  }

  programType(name: ProgramType): Lack {
    return this.#lack(this.#record?.programType(name), since.programType(name));
  }
  mapType(name: MapType): Lack {
    return this.#lack(this.#record?.mapType(name), since.mapType(name));
  }
  attachType(name: AttachType): Lack {
    return this.#lack(this.#record?.attachType(name), since.attachType(name));
  }

  /** A helper, as programs of a type may call it. */
  helper(name: HelperName, type: ProgramType, attachType: AttachType | undefined): Lack {
    const tooOld = this.#tooOld(since.helper(name));
    if (tooOld !== undefined || !this.#isMeasured) return tooOld;
    const callable = this.#record?.helpers(type, attachType === undefined ? {} : { attachType });
    return callable === undefined || callable.has(name) ? undefined : `${type} programs cannot call it there`;
  }

  /** A kernel function, as programs of a type may call it. */
  kfunc(name: string, type: ProgramType): Lack {
    if (!this.#isMeasured) return undefined;
    const callable = this.#record?.kfuncs(type);
    return callable === undefined || callable.has(name) ? undefined : `${type} programs cannot call it there`;
  }

  #lack(recorded: Recorded | undefined, first: string | undefined): Lack {
    const tooOld = this.#tooOld(first);
    if (tooOld !== undefined) return tooOld;
    return this.#isMeasured && recorded?.answer === 'no' ? `it was measured: ${recorded.why}` : undefined;
  }

  #tooOld(first: string | undefined): Lack {
    return first !== undefined && isOlder(this.version, first) ? `it came with Linux ${first}` : undefined;
  }
}
