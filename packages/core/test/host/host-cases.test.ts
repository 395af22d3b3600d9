import { describe } from 'vitest';
import { vm } from '../../src/host/index.ts';
import { describeHostCases } from './cases/index.ts';

describe('host vm', () => describeHostCases(() => vm()));
describe('host vm with 4 CPUs', () => describeHostCases(() => vm({ cpus: 4 })));
