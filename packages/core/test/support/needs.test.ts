import { expect, test } from 'vitest';
import { needs } from './needs.ts';
import { findTool } from './tools.ts';

test('finds a program on the PATH, and misses one that is not there', () => {
  expect(findTool('node')).toMatch(/node$/);
  expect(needs('node').skip).toBe(false);
  expect(needs('node', 'no-such-tool').missing).toEqual(['no-such-tool']);
});
