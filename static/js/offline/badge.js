/* The credential inside a badge: a PNG or SVG as the Open Badges baking rules describe it.
   The picture itself states nothing. Nothing is unpacked, drawn or parsed as a page. */
import { latin1, text } from './bytes.js';

const PNG = '\x89PNG\r\n\x1a\n';
const MARKUP = /^(?:\xef\xbb\xbf)?[ \t\r\n]*(?:<\?xml|<svg|<!--|<!DOCTYPE)/;
const KEYWORD = 'openbadgecredential';
const OLD_KEYWORD = 'openbadges';
const NAMESPACE = 'https://purl.imsglobal.org/ob/v3p0';
const OLD_NAMESPACE = 'http://openbadges.org';
const LARGEST = 5 * 1024 * 1024;
const MOST_CHUNKS = 5000;
const MOST_ELEMENTS = 20000;
const DEEPEST = 100;

export class BadBadge extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

export function isPicture(bytes) {
  const start = latin1(bytes.subarray(0, 256));
  return start.startsWith(PNG) || MARKUP.test(start);
}

/* The text of the credential; a BadBadge says why there is none. */
export function takeOut(bytes) {
  if (bytes.length > LARGEST) throw new BadBadge('too-large');
  const isPng = latin1(bytes.subarray(0, PNG.length)) === PNG;
  const { found, old } = isPng ? ofPng(bytes) : ofSvg(bytes);
  if (found.length > 1) throw new BadBadge('badge-several');
  if (found.length) {
    if (!found[0].trimStart().startsWith('{')) throw new BadBadge('badge-foreign');
    return found[0];
  }
  throw new BadBadge(old ? 'badge-old' : 'picture');
}

function ofPng(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = [];
  let old = false;
  let at = PNG.length;
  for (let count = 0; at + 8 <= bytes.length; count += 1) {
    if (count === MOST_CHUNKS) throw new BadBadge('badge-complex');
    const length = view.getUint32(at);
    const kind = latin1(bytes.subarray(at + 4, at + 8));
    const content = bytes.subarray(at + 8, at + 8 + length);
    const keyword = ['iTXt', 'tEXt', 'zTXt'].includes(kind) ? upToZero(content) : '';
    if (keyword === KEYWORD) {
      found.push(ofChunk(kind, content.subarray(keyword.length + 1)));
      const end = at + 8 + length;
      const whole = end + 4 <= bytes.length && view.getUint32(end) === crc32(bytes.subarray(at + 4, end));
      if (!whole) throw new BadBadge('badge-broken');
    }
    old ||= keyword === OLD_KEYWORD;
    at += 12 + length;
  }
  return { found, old };
}

const upToZero = (bytes) => latin1(bytes.subarray(0, Math.max(bytes.subarray(0, 80).indexOf(0), 0)));

/* Behind the keyword: two bytes about compression, language, translated keyword, text. */
function ofChunk(kind, rest) {
  if (kind === 'zTXt' || (kind === 'iTXt' && rest[0] === 1)) throw new BadBadge('badge-packed');
  const language = rest.indexOf(0, 2);
  const translated = language < 0 ? -1 : rest.indexOf(0, language + 1);
  if (kind !== 'iTXt' || rest[0] !== 0 || translated < 0) throw new BadBadge('badge-broken');
  try {
    return text(rest.subarray(translated + 1));
  } catch {
    throw new BadBadge('badge-broken');
  }
}

function crc32(bytes) {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum >>> 0;
}

/* Markup piece by piece: comment, instruction, CDATA, document type, tag, text. */
const PIECE = /<!--[^]*?-->|<\?[^]*?\?>|<!\[CDATA\[([^]*?)\]\]>|<!DOCTYPE(?:[^<>"'[]|"[^"]*"|'[^']*')*(\[)?>?|<(\/?)([^\s<>/!?="']+)((?:\s+[^\s<>/="']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;
const ATTRIBUTE = /([^\s<>/="']+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w+));|&/g;
const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function ofSvg(bytes) {
  const drawing = new Drawing();
  let source;
  try {
    source = text(bytes).replace(/^\ufeff/, '').trimStart();
  } catch {
    throw new BadBadge('badge-malformed');
  }
  for (PIECE.lastIndex = 0; PIECE.lastIndex < source.length;) {
    const piece = PIECE.exec(source);
    if (!piece) throw new BadBadge('badge-malformed');
    const [, data, subset, closing, name, attributes, single, words] = piece;
    if (subset) throw new BadBadge('badge-entities');
    if (data !== undefined) drawing.say(data);
    if (words !== undefined) drawing.say(plain(words));
    if (name !== undefined && closing) drawing.end(name);
    else if (name !== undefined) drawing.begin(name, attributes, Boolean(single));
  }
  if (drawing.open.length || !drawing.elements) throw new BadBadge('badge-malformed');
  return { found: drawing.texts.map((parts) => parts.join('')), old: drawing.old };
}

/* Text with its references resolved; one that the drawing would have to define is refused. */
function plain(words) {
  return words.replaceAll(/\r\n?/g, '\n').replaceAll(REFERENCE, (_, decimal, hexadecimal, name) => {
    if (name) {
      if (!Object.hasOwn(NAMED, name)) throw new BadBadge('badge-entities');
      return NAMED[name];
    }
    const code = decimal ? Number(decimal) : Number.parseInt(hexadecimal, 16);
    if (!(code > 0 && code <= 0x10ffff)) throw new BadBadge('badge-malformed');
    return String.fromCodePoint(code);
  });
}

class Drawing {
  constructor() {
    this.texts = [];
    this.old = false;
    this.open = [];
    this.elements = 0;
  }

  begin(name, attributes, single) {
    this.elements += 1;
    if (this.open.length >= DEEPEST) throw new BadBadge('badge-deep');
    if (this.elements > MOST_ELEMENTS) throw new BadBadge('badge-complex');
    const given = new Map();
    for (const [, key, first, second] of attributes.matchAll(ATTRIBUTE)) given.set(key, plain(first ?? second));
    const outer = this.open.at(-1)?.spaces ?? new Map();
    const declared = [...given].filter(([key]) => /^xmlns(:|$)/.test(key));
    const spaces = declared.length ? new Map([...outer, ...declared]) : outer;
    const [prefix, local] = name.includes(':') ? name.split(':') : ['', name];
    const space = spaces.get(prefix ? `xmlns:${prefix}` : 'xmlns');
    this.old ||= space === OLD_NAMESPACE && local === 'assertion';
    const verify = given.get('verify');
    const isCredential = space === NAMESPACE && local === 'credential';
    const told = isCredential ? [verify ?? ''] : null;
    if (told) this.texts.push(told);
    if (!single) this.open.push({ name, spaces, told: verify ? null : told });
  }

  end(name) {
    if (this.open.pop()?.name !== name) throw new BadBadge('badge-malformed');
  }

  say(words) {
    for (const { told } of this.open) told?.push(words);
  }
}
