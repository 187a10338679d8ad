/* Bytes: the few things that the platform does not do by itself. */
export const utf8 = (text) => new TextEncoder().encode(text);

export const text = (bytes) => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

export const latin1 = (bytes) => {
  let found = '';
  for (let at = 0; at < bytes.length; at += 32768) {
    found += String.fromCharCode(...bytes.subarray(at, at + 32768));
  }
  return found;
};

export const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/* Only whole, well-formed hexadecimal; anything else is an error. */
export function unhex(digits) {
  if (digits.length % 2 || !/^[0-9a-fA-F]*$/.test(digits)) throw new Error('not hexadecimal');
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/* Only the one spelling of base64 that a writer would choose. */
export function unbase64(coded) {
  const raw = atob(coded);
  if (btoa(raw) !== coded) throw new Error('not canonical base64');
  return Uint8Array.from(raw, (sign) => sign.charCodeAt(0));
}

export function unbase64url(coded) {
  if (/[^A-Za-z0-9_-]/.test(coded)) throw new Error('not base64url');
  const plain = coded.replaceAll('-', '+').replaceAll('_', '/');
  return unbase64(plain + '='.repeat((4 - (plain.length % 4)) % 4));
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/* Only the one spelling without padding, in which left-over bits are zero. */
export function unbase32(coded) {
  const bytes = [];
  let held = 0, bits = 0;
  for (const sign of coded) {
    const value = BASE32.indexOf(sign);
    if (value < 0) throw new Error('not base32');
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push(held >> bits);
      held &= (1 << bits) - 1;
    }
  }
  if (held || bits >= 5) throw new Error('not canonical base32');
  return Uint8Array.from(bytes);
}

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const same = (first, second) =>
  first.length === second.length && first.every((byte, at) => byte === second[at]);

export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/* Unpacks zlib ('deflate') or gzip, and stops before a small file becomes a huge one. */
export async function inflate(bytes, format, most) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format)).getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concat(...parts);
    size += value.length;
    if (size > most) throw new Error('too large when unpacked');
    parts.push(value);
  }
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/* Multibase base 58, as Data Integrity writes keys and signatures. */
export function unmultibase(coded) {
  if (!coded.startsWith('z')) throw new Error('not base58');
  let number = 0n;
  for (const sign of coded.slice(1)) {
    const digit = BASE58.indexOf(sign);
    if (digit < 0) throw new Error('not base58');
    number = number * 58n + BigInt(digit);
  }
  const digits = number ? number.toString(16) : '';
  const zeros = coded.slice(1).match(/^1*/)[0].length;
  return concat(new Uint8Array(zeros), unhex(digits.length % 2 ? `0${digits}` : digits));
}
