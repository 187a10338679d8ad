/* A file with the answers that wait on this device, for a device that cannot come online again. Only the
   installation whose public key it is made for can read it; nothing leaves the queue by it. */
const FORMAT = 'probity-recovery/1';
const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const FIELDS = ['client', 'seq', 'item', 'base', 'after', 'response', 'at'];

const bytes = (text) => new TextEncoder().encode(text);
const base64url = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/* In pieces: a call takes only so many arguments. */
function base64urlOf(buffer) {
  const whole = new Uint8Array(buffer);
  const pieces = [];
  for (let from = 0; from < whole.length; from += 3 * 4096) pieces.push(base64url(whole.subarray(from, from + 3 * 4096)));
  return pieces.join('');
}

/* Ask before offering it: without a key, or over an unprotected line, no file can be made. */
export const isPossible = (key) => Boolean(key && globalThis.crypto?.subtle);

/* Encrypt waiting changes for the holder of `key`, a public JWK (ECDH P-256); the text of the file. */
export async function seal(attempt, changes, key) {
  const { subtle } = crypto;
  const theirs = await subtle.importKey('jwk', key, CURVE, false, []);
  const mine = await subtle.generateKey(CURVE, false, ['deriveBits']);
  const shared = await subtle.deriveBits({ name: 'ECDH', public: theirs }, mine.privateKey, 256);
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const secret = await subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const derived = { name: 'HKDF', hash: 'SHA-256', salt, info: bytes(FORMAT) };
  const cipher = await subtle.deriveKey(derived, secret, { name: 'AES-GCM', length: 256 }, false, ['encrypt']);
  const plain = JSON.stringify({
    attempt,
    client_time: new Date().toISOString(),
    changes: changes.map((change) => Object.fromEntries(FIELDS.map((field) => [field, change[field] ?? null]))),
  });
  const sealed = await subtle.encrypt({ name: 'AES-GCM', iv, additionalData: bytes(attempt) }, cipher, bytes(plain));
  const { kty, crv, x, y } = await subtle.exportKey('jwk', mine.publicKey);
  return JSON.stringify({
    format: FORMAT,
    attempt,
    epk: { kty, crv, x, y },
    iv: base64url(iv),
    salt: base64url(salt),
    ciphertext: base64urlOf(sealed),
  });
}

/* Let the browser keep the file where it keeps what it downloads. */
export function download(attempt, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = `probity-answers-${attempt}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
