// Runs the verifier of the page on the cases that standard input names; answers in JSON.
import { readFileSync } from 'node:fs';

const asked = JSON.parse(readFileSync(0, 'utf8'));
const { examine } = await import(`${asked.code}/verify.js`);
const { readSets } = await import(`${asked.code}/credential.js`);
const { openCheckpoint } = await import(`${asked.code}/log.js`);
const bytes = (coded) => new Uint8Array(Buffer.from(coded, 'base64'));
const answers = [];
for (const { data, published, now } of asked.cases) {
  const files = new Map(Object.entries(published));
  const text = (path) => files.has(path) ? Buffer.from(files.get(path), 'base64').toString() : null;
  const sets = readSets(JSON.parse(text('.well-known/probity-keys.json')));
  const checkpoint = await openCheckpoint(text('log/checkpoint'), sets.map(({ log }) => log));
  const fetchText = async (path) => text(path.slice(1));
  const trust = { sets, checkpoint, fetchText, host: checkpoint?.origin.split('/')[0] ?? null };
  const { status, reasons, problem } = await examine(bytes(data), trust, new Date(now));
  answers.push({ status, reasons: [...reasons, ...(problem ? [problem] : [])] });
}
process.stdout.write(JSON.stringify(answers));
