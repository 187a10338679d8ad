/* Ed25519 by the platform where it can, else by a small library; ECDSA P-256 by the platform. */
import { verifyAsync } from '../../vendor/noble-ed25519-3.2.0/index.js';

const P256 = { name: 'ECDSA', namedCurve: 'P-256' };

export async function ed25519(signature, data, raw) {
  if (signature.length !== 64 || raw.length !== 32) return false;
  let key;
  try {
    key = await crypto.subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']);
  } catch {
    return verifyAsync(signature, data, raw, { zip215: false }).catch(() => false);
  }
  return crypto.subtle.verify({ name: 'Ed25519' }, key, signature, data);
}

/* `signature` as in a CMS container: DER of two integers; `spki` the public key with its kind. */
export async function ecdsa(signature, data, spki) {
  const key = await crypto.subtle.importKey('spki', spki, P256, false, ['verify']);
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, data);
}
