/* Just enough DER to take a signature container apart; anything unusual is an error. */
export class Element {
  constructor(bytes, at) {
    const [tag, first] = [bytes[at], bytes[at + 1]];
    const more = first > 127 ? first - 128 : 0;
    if (first === undefined || first === 128 || more > 3) throw new Error('not DER');
    let length = more ? 0 : first;
    for (let n = 0; n < more; n += 1) length = length * 256 + bytes[at + 2 + n];
    const least = [0, 128, 256, 65536][more];
    this.tag = tag;
    this.start = at + 2 + more;
    this.end = this.start + length;
    if ((more && length < least) || !(this.end <= bytes.length)) throw new Error('not DER');
    this.whole = bytes.subarray(at, this.end);
    this.body = bytes.subarray(this.start, this.end);
  }

  /* The elements inside; `tags` says which ones there have to be, in this order. */
  inside(...tags) {
    const found = [];
    for (let at = 0; at < this.body.length; at += found.at(-1).whole.length) {
      found.push(new Element(this.body, at));
    }
    if (tags.length && found.map(({ tag }) => tag).join() !== tags.join()) throw new Error('not ours');
    return found;
  }
}

export const SEQUENCE = 0x30;
export const SET = 0x31;
export const OID = 0x06;
export const INTEGER = 0x02;
export const OCTETS = 0x04;

/* The two integers of an ECDSA signature as 64 bytes. */
export function rawSignature(der) {
  const outer = new Element(der, 0);
  if (outer.whole.length !== der.length || outer.tag !== SEQUENCE) throw new Error('not DER');
  const raw = new Uint8Array(64);
  outer.inside(INTEGER, INTEGER).forEach(({ body }, place) => {
    const padded = body[0] === 0;
    const plain = padded ? body.subarray(1) : body;
    const wrong = body[0] > 127 || (padded && !(plain[0] > 127)) || plain.length > 32 || !plain.length;
    if (wrong) throw new Error('not DER');
    raw.set(plain, 32 * (place + 1) - plain.length);
  });
  return raw;
}

/* The public key of a certificate. */
export function publicKey(certificate) {
  const [body] = new Element(certificate, 0).inside();
  const parts = body.inside();
  return parts[parts[0].tag === 0xa0 ? 6 : 5].whole;
}

/* Issuer and serial number of a certificate, as a signature names it. */
export function nameOf(certificate) {
  const parts = new Element(certificate, 0).inside()[0].inside();
  const at = parts[0].tag === 0xa0 ? 1 : 0;
  return [parts[at + 2].whole, parts[at].whole];
}
