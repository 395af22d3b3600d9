import { describe, expect, test } from 'vitest';
import { attachError } from '../../src/link/index.ts';

const EINVAL = -22;
const EBUSY = -16;
const EPERM = -1;
const ENODEV = -19;

describe('errors of attaching', () => {
  const attempt = { kind: 'tcx', what: 'cannot attach program count to device eth0, ingress' } as const;

  test('an old kernel is named, with the first that has it', () => {
    const error = attachError(EINVAL, attempt, '6.1.0-13-amd64');
    expect(error).toMatchObject({ code: 'SKEP_NOT_SUPPORTED', reason: 'tcx needs Linux 6.6; this is 6.1' });
  });

  test.each([
    ['a new kernel that refuses', EINVAL, 'SKEP_NOT_SUPPORTED'],
    ['a taken place', EBUSY, 'SKEP_BUSY'],
    ['a place that is not there', ENODEV, 'SKEP_NO_SUCH_NAME'],
    ['no permission', EPERM, 'SKEP_NOT_PERMITTED'],
  ])('%s', (_name, errno, code) => {
    expect(attachError(errno, attempt, '6.18.0').code).toBe(code);
  });

  test('what is attached there is looked up only where the place is taken', () => {
    let asked = 0;
    const occupant = () => {
      asked += 1;
      return 'program other (id 7) is attached there';
    };
    expect(attachError(EINVAL, { ...attempt, occupant }, '6.18.0').reason).not.toContain('other');
    expect(asked).toBe(0);
    expect(attachError(EBUSY, { ...attempt, occupant }, '6.18.0').reason).toContain('program other (id 7)');
  });
});
