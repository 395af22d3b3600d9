import { Counter } from './counter.ts';

/** Attaches a program to the device and lives until it is killed. Says the link's number on its standard output. */
const counter = new Counter({ section: 'xdp', result: 2 });
const link = counter.attach({ device: process.argv[2] ?? '' });
process.stdout.write(`${link.id}\n`);
setInterval(() => counter.total, 1000);
