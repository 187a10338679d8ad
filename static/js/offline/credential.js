/* The credential: its eddsa-jcs-2022 proof, its status list, what it states. */
import {
  concat, inflate, sha256, unbase32, unbase64url, unmultibase, utf8,
} from './bytes.js';
import { canonical, parse } from './json.js';
import { ed25519 } from './signatures.js';

const JCS = 'eddsa-jcs-2022';
const RDFC = 'eddsa-rdfc-2022';
const MOST_BITS = 4 * 1024 * 1024;
const DAY = 24 * 60 * 60 * 1000;
const DAY_ZERO = Date.UTC(2000, 0, 1);

const issuerOf = (document) => document.issuer?.id ?? document.issuer;

/* `{ code, key }`: the key set whose key signed every byte, if the code is `proof-right`. */
export async function checkProof(document, sets) {
  try {
    const { proof: stated, ...bare } = document;
    const proofs = Array.isArray(stated) ? stated : [stated];
    const suites = proofs.map(({ cryptosuite }) => cryptosuite);
    if (suites.some((suite) => suite !== JCS && suite !== RDFC)) return { code: 'proof-kind' };
    if (new Set(suites).size !== suites.length) return { code: 'proof-many' };
    const proof = proofs.find(({ cryptosuite }) => cryptosuite === JCS);
    if (!proof) return { code: 'proof-jcs-missing' };
    const { proofValue, ...options } = proof;
    const [issuer, id] = options.verificationMethod.split('#');
    if (options.proofPurpose !== 'assertionMethod') return { code: 'proof-kind' };
    if (issuer !== issuerOf(document)) return { code: 'proof-foreign' };
    const key = sets.find((set) => set.id === id);
    if (!key) return { code: 'proof-key-unknown' };
    const hashes = [options, bare].map((part) => sha256(utf8(canonical(part))));
    const message = concat(...await Promise.all(hashes));
    const right = await ed25519(unmultibase(proofValue), message, key.credential);
    return right ? { code: 'proof-right', key } : { code: 'proof-mismatch' };
  } catch {
    return { code: 'proof-missing' };
  }
}

/* What the status lists say: `{ code, purposes, asOf }`. `fetchText` gets a list by its address. */
export async function checkLists(document, sets, fetchText, now) {
  if (!document.credentialStatus) return { code: 'no-list-offline', purposes: [] };
  try {
    const entries = [document.credentialStatus].flat();
    const purposes = [];
    let asOf = now;
    for (const entry of entries) {
      const found = await openList(entry, document, sets, fetchText, now);
      if (found.code) return { code: found.code, purposes: [] };
      if (holds(found.bits, entry.statusListIndex)) purposes.push(entry.statusPurpose);
      asOf = found.from < asOf ? found.from : asOf;
    }
    const worst = purposes.includes('revocation') ? 'list-revoked' : 'list-suspended';
    return { code: purposes.length ? worst : 'list-clear', purposes, asOf };
  } catch {
    return { code: 'list-malformed', purposes: [] };
  }
}

async function openList(entry, document, sets, fetchText, now) {
  const source = await fetchText(new URL(entry.statusListCredential).pathname).catch(() => null);
  if (source === null) return { code: 'list-missing' };
  const list = parse(source);
  const sound = sets.filter((set) => !set.compromised);
  const own = list.id === entry.statusListCredential
    && issuerOf(list) === issuerOf(document)
    && list.credentialSubject.statusPurpose === entry.statusPurpose;
  const { code } = await checkProof(list, sound);
  if (code === 'proof-key-unknown') return { code: 'list-key-unknown' };
  if (!own || code !== 'proof-right') return { code: 'list-foreign' };
  if (!(new Date(list.validUntil) >= now)) return { code: 'list-stale' };
  const packed = unbase64url(list.credentialSubject.encodedList.replace(/^u/, ''));
  return { bits: await inflate(packed, 'gzip', MOST_BITS), from: new Date(list.validFrom) };
}

function holds(bits, stated) {
  const index = Number(stated);
  if (!/^\d{1,9}$/.test(stated) || index >= bits.length * 8) throw new Error('no such place');
  return Boolean((bits[Math.floor(index / 8)] >> (7 - (index % 8))) & 1);
}

/* The members that a person would compare. */
export function summary(document) {
  const subject = document.credentialSubject ?? {};
  return {
    holder: subject.identifier?.[0]?.identityHash ?? '',
    title: document.name ?? '',
    level: subject.achievement?.alignment?.[0]?.targetName ?? '',
    number: subject.achievement?.humanCode ?? '',
    issuer: document.issuer?.name ?? '',
    issued_on: document.validFrom ?? '',
    valid_until: document.validUntil ?? '',
  };
}

const dayOf = (number) => new Date(DAY_ZERO + number * DAY).toISOString().slice(0, 10);

/* The text of a QR code: what the signed part behind `#` states, or null. */
export async function readCode(address, sets) {
  try {
    const [head, coded] = address.split('#');
    const second = /^[A-Z2-7]+$/.test(coded);
    const signed = second ? unbase32(coded) : unbase64url(coded);
    const body = signed.subarray(64);
    const parts = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    const key = sets.find((set) => set.id === parts[0]);
    const id = head.slice(head.lastIndexOf('/') + 1);
    const message = concat(utf8(`probity-qr/${second ? 2 : 1}\n${id}\n`), body);
    if (parts.length !== 9 || !await ed25519(signed.subarray(0, 64), message, key.credential)) return null;
    const [, number, latin, native, scheme, level, issued, until, specimen] = parts;
    const stated = {
      holder: `${latin} ${native}`.trim(), title: `${scheme} ${level}`, number,
      issued_on: second ? dayOf(issued) : issued, valid_until: second ? dayOf(until) : until,
    };
    return { key, address: head, specimen: Boolean(specimen), stated };
  } catch {
    return null;
  }
}

/* Key sets as published, with their keys as bytes. */
export const readSets = (rows) => rows.map((row) => ({
  ...row,
  credential: unmultibase(row.credential).subarray(2),
  log: row.log ? unmultibase(row.log).subarray(2) : null,
}));

