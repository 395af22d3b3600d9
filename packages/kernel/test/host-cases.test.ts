import { describeHostCases } from '../../core/test/host/cases/index.ts';
import { needsBpf } from '../../core/test/support/needs.ts';
import { kernel } from '../src/index.ts';

needsBpf().describe('host kernel', () => describeHostCases(() => kernel()));
