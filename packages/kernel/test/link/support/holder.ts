import { Counter } from './counter.ts';

/**
 * Attaches a program (section and result) to a target, which is given as JSON, and lives until it is killed. Says the
 * link's number on its standard output.
 */
const [section = 'xdp', result = '2', target = '{}'] = process.argv.slice(2);
const counter = new Counter({ section, result: Number(result) });
const link = counter.attach(JSON.parse(target));
process.stdout.write(`${link.id}\n`);
setInterval(() => counter.total, 1000);
