/* The log: Merkle proofs (RFC 9162), checkpoints (C2SP signed notes), receipts of certificates. */
import { concat, hex, same, sha256, unbase64, unhex, utf8 } from './bytes.js';
import { canonical } from './json.js';
import { ed25519 } from './signatures.js';

const ED25519 = 1;

const node = (left, right) => sha256(concat([1], left, right));

export const leafHash = (data) => sha256(concat([0], data));

export async function included(index, size, leaf, proof, root) {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return false;
  let [place, last, found] = [BigInt(index), BigInt(size - 1), leaf];
  for (const beside of proof) {
    if (last === 0n) return false;
    if (place & 1n || place === last) {
      found = await node(beside, found);
      while (!(place & 1n) && place) [place, last] = [place >> 1n, last >> 1n];
    } else {
      found = await node(found, beside);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n && same(found, root);
}

/* Size and root of a checkpoint that one of `keys` signed under the name of its log. */
export async function openCheckpoint(note, keys) {
  const cut = note.lastIndexOf('\n\n');
  if (cut < 0) return null;
  const body = note.slice(0, cut + 1);
  const [origin, size, root] = body.split('\n');
  if (!/^(0|[1-9]\d{0,15})$/.test(size)) return null;
  for (const line of note.slice(cut + 2).split('\n')) {
    const [dash, name, coded] = line.split(' ');
    if (dash !== '—' || name !== origin || !coded) continue;
    const stated = unbase64(coded);
    for (const key of keys) {
      const hash = (await sha256(concat(utf8(`${name}\n`), [ED25519], key))).subarray(0, 4);
      const holds = same(stated.subarray(0, 4), hash)
        && await ed25519(stated.subarray(4), utf8(body), key);
      if (holds) return { origin, size: Number(size), root: unbase64(root) };
    }
  }
  return null;
}

/* What a receipt proves of a credential; `code` says what is wrong if it proves nothing. */
export async function checkReceipt(receipt, document, keys, today) {
  try {
    const checkpoint = await openCheckpoint(receipt.checkpoint, keys);
    if (!checkpoint || checkpoint.origin !== receipt.log) return { code: 'checkpoint-unsigned' };
    const leaf = await leafHash(utf8(canonical(receipt.entry)));
    const proof = receipt.proof.slice(0, 64).map(unhex);
    if (!await included(receipt.index, checkpoint.size, leaf, proof, checkpoint.root)) {
      return { code: 'receipt-not-included' };
    }
    const digest = hex(await sha256(utf8(canonical(document))));
    if (receipt.entry.type !== 'issue' || receipt.entry.digest !== digest) {
      return { code: 'receipt-borrowed' };
    }
    const found = { index: receipt.index, at: new Date(receipt.entry.time) };
    if (Number.isNaN(found.at.getTime())) return { code: 'receipt-malformed' };
    if (today && today.size === checkpoint.size && !same(today.root, checkpoint.root)) {
      return { code: 'log-fork' };
    }
    return { code: today?.size === checkpoint.size ? 'in-log' : 'in-log-unconfirmed', ...found };
  } catch {
    return { code: 'receipt-malformed' };
  }
}
