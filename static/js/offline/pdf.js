/* A PDF of ours, from its bytes alone: the signature container, and the files inside.
   Files that others have written anew are not taken apart; they are not ours in any case. */
import { hex, inflate, latin1, same, sha256, text, unhex } from './bytes.js';
import { Element, INTEGER, OCTETS, SEQUENCE, SET, nameOf, publicKey, rawSignature } from './der.js';
import { ecdsa } from './signatures.js';

const RANGE = /\/ByteRange\s*\[\s*(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s*\]/g;
const EMBEDDED = /\/Type\s*\/EmbeddedFile[^]{0,400}?\/Length (\d{1,8})\s*>>\s*stream\r?\n/g;
const LARGEST = 5 * 1024 * 1024;
const LARGEST_INSIDE = 512 * 1024;
const PICTURES = ['\xff\xd8\xff', '\x89PNG', 'GIF8', 'II*\0', 'MM\0*', 'RIFF'];
const PHONES = /^[^]{4}ftyp(hei[cx]|hevc|mif1|msf1|avif)/;

/* What neither signature covers has to be written as our signer does. */
const SIGNED_DATA = '06092a864886f70d010702';
const PLAIN_CONTENT = '300b06092a864886f70d010701';
const ALGORITHMS = ['300b0609608648016503040201', '300d06096086480165030402010500'];
const ECDSA_SHA256 = ['300a06082a8648ce3d040302', '300c06082a8648ce3d0403020500'];
const VERSION = '020101';
const DIGEST_ATTRIBUTE = '06092a864886f70d010904';
const TOKEN_ATTRIBUTE = '060b2a864886f70d010910020e';

export function firstProblem(bytes) {
  const start = latin1(bytes.subarray(0, 1024));
  if (!bytes.length) return 'empty';
  if (bytes.length > LARGEST) return 'too-large';
  if (PICTURES.some((mark) => start.startsWith(mark)) || PHONES.test(start)) return 'picture';
  if (!start.includes('%PDF-')) return 'not-pdf';
  return latin1(bytes.subarray(-2048)).includes('%%EOF') ? null : 'truncated';
}

/* Codes of three checks: the signature, what it covers, who signed. */
export async function checkContainer(bytes, sets) {
  const whole = latin1(bytes);
  const ranges = [...whole.matchAll(RANGE)].map((found) => found.slice(1).map(Number));
  if (!ranges.length) return { signature: 'not-signed' };
  const [start, first, second, rest] = ranges[0];
  const hole = whole.slice(start + first, second);
  if (!/^<[^]*>$/.test(hole)) return { signature: 'signature-torn' };
  const covered = start === 0 && second + rest === bytes.length && ranges.length === 1;
  try {
    const packed = unhex(hole.slice(1, -1));
    const container = new Element(packed, 0);
    const written = hex(container.whole).toUpperCase().padEnd(hole.length - 2, '0');
    const parts = takeApart(container);
    const certificates = parts.certificates.map(({ whole: der }) => der);
    const set = sets.find(({ signer }) => certificates.some((der) => hex(der) === signer));
    const signer = set && unhex(set.signer);
    const data = new Uint8Array(first + rest);
    data.set(bytes.subarray(start, start + first));
    data.set(bytes.subarray(second, second + rest), first);
    const intact = Boolean(set) && await holds(parts, data, signer);
    const plain = written === hole.slice(1, -1) && isPlain(parts) && Boolean(set)
      && isOwn(certificates, set) && isNamed(parts.sid, signer);
    let coverage = plain ? 'whole-file' : 'hidden-in-signature';
    if (!covered) coverage = 'added-after-signing';
    return {
      signature: intact ? 'intact' : 'changed-after-signing',
      coverage,
      signer: set ? 'our-key' : 'other-signer',
      set,
      stamped: parts.unsigned.length > 0,
    };
  } catch {
    return { signature: 'changed-after-signing', coverage: covered ? 'hidden-in-signature' : 'added-after-signing', signer: 'no-signer' };
  }
}

function takeApart(container) {
  const [kind, wrapped] = container.inside(0x06, 0xa0);
  const [signed] = wrapped.inside(SEQUENCE);
  const [version, digests, content, listed, signers] = signed.inside(INTEGER, SET, SEQUENCE, 0xa0, SET);
  const [signer] = signers.inside(SEQUENCE);
  const [own, sid, digest, attributes, algorithm, value, ...unsigned] = signer.inside();
  return {
    kind, version, digests, content, own, sid, digest, attributes, algorithm, value, unsigned,
    certificates: listed.inside(),
  };
}

function isPlain({ kind, version, digests, content, own, digest, attributes, algorithm, value, unsigned }) {
  const stamped = !unsigned.length || (unsigned.length === 1 && unsigned[0].tag === 0xa1
    && hex(unsigned[0].inside(SEQUENCE)[0].inside()[0].whole) === TOKEN_ATTRIBUTE);
  return hex(kind.whole) === SIGNED_DATA && hex(version.whole) === VERSION && hex(own.whole) === VERSION
    && ALGORITHMS.includes(hex(digests.body)) && ALGORITHMS.includes(hex(digest.whole))
    && hex(content.whole) === PLAIN_CONTENT && ECDSA_SHA256.includes(hex(algorithm.whole))
    && attributes.tag === 0xa0 && value.tag === OCTETS && stamped;
}

const isOwn = (certificates, { signer, authority }) =>
  certificates.map(hex).sort().join() === [signer, authority].sort().join();

function isNamed(sid, signer) {
  const [issuer, serial] = sid.inside(SEQUENCE, INTEGER);
  const [ownIssuer, ownSerial] = nameOf(signer);
  return same(issuer.whole, ownIssuer) && same(serial.whole, ownSerial);
}

async function holds({ attributes, value }, data, signer) {
  const digests = attributes.inside().map((one) => one.inside(0x06, SET))
    .filter(([name]) => hex(name.whole) === DIGEST_ATTRIBUTE);
  if (digests.length !== 1) return false;
  const [stated] = digests[0][1].inside(OCTETS);
  if (!same(stated.body, await sha256(data))) return false;
  const covered = attributes.whole.slice();
  covered[0] = SET;
  return ecdsa(rawSignature(value.body), covered, publicKey(signer));
}

/* The files inside, as text. Which is which is told by what they say. */
export async function attachments(bytes) {
  const whole = latin1(bytes);
  const found = [];
  for (const match of whole.matchAll(EMBEDDED)) {
    const from = match.index + match[0].length;
    const packed = bytes.subarray(from, from + Number(match[1]));
    const plain = match[0].includes('/FlateDecode') ? await inflate(packed, 'deflate', LARGEST_INSIDE) : packed;
    found.push(text(plain));
  }
  return found;
}
