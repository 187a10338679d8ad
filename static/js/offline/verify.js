/* The verdict, from the file and the published documents alone. Nothing is sent anywhere. */
import { BadBadge, isPicture, takeOut } from './badge.js';
import { text } from './bytes.js';
import { checkLists, checkProof, readCode, summary } from './credential.js';
import { BadJson, parse } from './json.js';
import { checkReceipt } from './log.js';
import { attachments, checkContainer, firstProblem } from './pdf.js';

const FAILS = new Set([
  'not-signed', 'signature-torn', 'changed-after-signing', 'added-after-signing', 'hidden-in-signature',
  'other-signer', 'proof-kind', 'proof-many', 'proof-jcs-missing', 'proof-foreign', 'proof-key-unknown',
  'proof-mismatch', 'proof-missing', 'receipt-missing', 'receipt-malformed', 'receipt-borrowed',
  'receipt-not-included', 'checkpoint-unsigned', 'log-fork', 'list-revoked', 'list-suspended', 'list-foreign',
  'list-malformed', 'over', 'after-compromise', 'key-compromised-unlogged', 'code-unsigned', 'host-other',
]);
const UNSURE = new Set([
  'no-signer', 'no-credential', 'before-log', 'log-not-asked', 'in-log-unconfirmed', 'no-list-offline',
  'list-missing', 'list-stale', 'list-key-unknown', 'no-stamp', 'stamp-unchecked', 'text-unchecked', 'host-unknown',
]);
const DAY = 24 * 60 * 60 * 1000;

/* `trust` has `sets`, `checkpoint` (or null), `fetchText` (path -> text) and `host` (or null). */
export async function examine(bytes, trust, now = new Date()) {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 64)).replace(/^(\xef\xbb\xbf)?\s*/, '');
  try {
    if (/^[{[]/.test(start)) return await examineDocument(parse(text(bytes).replace(/^\ufeff/, '')), trust, now);
  } catch (error) {
    return unreadable(error instanceof BadJson ? error.code : 'json-malformed');
  }
  if (isPicture(bytes)) return examineBadge(bytes, trust, now);
  const short = bytes.length < 2000 ? new TextDecoder().decode(bytes).trim() : '';
  if (/\/c\/[a-z2-7]{26}#/.test(short)) return examineCode(short, trust, now);
  return examineFile(bytes, trust, now);
}

const unreadable = (problem) => ({ status: 'unreadable', problem, checks: [], reasons: [] });

const shown = (name, code, facts = {}) => {
  const result = FAILS.has(code) ? 'fail' : 'pass';
  return { name, code, facts, result: UNSURE.has(code) ? 'not-checked' : result };
};

async function examineFile(bytes, trust, now) {
  const problem = firstProblem(bytes);
  if (problem) return unreadable(problem);
  const container = await checkContainer(bytes, trust.sets);
  const outside = ['signature', 'coverage', 'signer'].filter((name) => container[name])
    .map((name) => shown(name, container[name], { key: container.set?.id, signer: '?' }));
  const { document, receipt, many } = await readAttachments(bytes);
  if (!document || many) {
    const checks = [...outside, shown('credential-proof', 'no-credential')];
    return { status: container.signer === 'our-key' ? 'altered' : 'unknown', checks, reasons: [many ? 'many-credentials' : 'not-ours'] };
  }
  const proof = await checkProof(document, trust.sets);
  const checks = [...outside, shown('credential-proof', proof.code, { key: proof.key?.id })];
  if (proof.code !== 'proof-right') {
    return { status: container.signer === 'our-key' ? 'altered' : 'unknown', checks, reasons: ['not-ours'] };
  }
  const judged = await judge(document, receipt, proof.key, trust, now, Boolean(receipt) || 'file');
  const stamp = container.stamped ? 'stamp-unchecked' : 'no-stamp';
  const all = [...checks, shown('text', 'text-unchecked'), shown('timestamp', stamp), ...judged.checks];
  if (outside.length < 3 || outside.some(({ result }) => result !== 'pass')) {
    const reasons = [...outside.filter(({ result }) => result === 'fail').map(({ code }) => code), ...judged.reasons];
    return { ...judged, status: 'altered', checks: all, reasons: ['copied-genuine-record-inside', ...reasons] };
  }
  return { ...judged, checks: all };
}

async function readAttachments(bytes) {
  const found = { document: null, receipt: null, many: false };
  for (const inside of await attachments(bytes).catch(() => [])) {
    let value = null;
    try {
      value = parse(inside);
    } catch {
      continue;
    }
    const kind = value.credentialSubject ? 'document' : 'receipt';
    found.many ||= found[kind] !== null;
    found[kind] = value;
  }
  return found;
}

async function examineDocument(document, trust, now) {
  if (!document || !document['@context'] || !document.credentialSubject) return unreadable('json-foreign');
  const proof = await checkProof(document, trust.sets);
  const check = shown('credential-proof', proof.code, { key: proof.key?.id });
  if (proof.code !== 'proof-right') {
    const altered = proof.code === 'proof-mismatch';
    return { status: altered ? 'altered' : 'unknown', checks: [check], reasons: [altered ? 'credential-altered' : 'not-ours'] };
  }
  const judged = await judge(document, null, proof.key, trust, now, false);
  return { ...judged, checks: [check, ...judged.checks] };
}

/* A picture is judged by the credential inside, and says so. */
async function examineBadge(bytes, trust, now) {
  try {
    const found = await examineDocument(parse(takeOut(bytes)), trust, now);
    return found.stated ? { ...found, reasons: [...found.reasons, 'badge-picture'] } : found;
  } catch (error) {
    if (error instanceof BadJson || error instanceof BadBadge) return unreadable(error.code);
    throw error;
  }
}

async function examineCode(address, trust, now) {
  const code = await readCode(address, trust.sets);
  if (!code) return { status: 'altered', checks: [shown('code', 'code-unsigned')], reasons: ['code-altered'] };
  const own = trust.host === null || new URL(code.address).host === trust.host;
  const where = trust.host === null ? 'host-unknown' : `host-${own ? 'own' : 'other'}`;
  const checks = [shown('code', 'code-signed'), shown('address', where)];
  if (!own) return { status: 'altered', checks, reasons: ['address-foreign'] };
  const reasons = ['status-not-checked', 'log-not-checked', ...(code.specimen ? ['specimen'] : [])];
  if (code.key.compromised) return { status: 'unknown', checks, reasons: ['key-compromised', ...reasons] };
  const over = new Date(code.stated.valid_until).getTime() + DAY < now.getTime();
  return { status: over ? 'expired' : 'valid', checks, reasons, stated: code.stated };
}

/* Log, status lists, dates and key of a credential whose proof is right. */
async function judge(document, receipt, key, trust, now, attached) {
  const log = await judgeLog(document, receipt, trust, attached);
  const lists = await checkLists(document, trust.sets, trust.fetchText, now);
  const begins = new Date(document.validFrom).getTime();
  const current = begins - DAY <= now.getTime() && now.getTime() <= new Date(document.validUntil).getTime();
  const standing = standingOf(key, log.index);
  const checks = [shown('log-inclusion', log.code, { index: log.index }), shown('status-list', lists.code),
    shown('validity', current ? 'current' : 'over'), shown('key', standing, { key: key.id })];
  const reasons = [];
  let status = current ? 'valid' : 'expired';
  if (lists.purposes.length) status = lists.purposes.includes('revocation') ? 'revoked' : 'suspended';
  if ([log.code, standing].some((code) => FAILS.has(code)) || ['list-foreign', 'list-malformed'].includes(lists.code)) {
    status = 'unknown';
    reasons.push(FAILS.has(standing) ? 'key-compromised' : 'not-recorded');
  }
  if (log.code === 'before-log') reasons.push('before-log');
  if (log.code === 'log-not-asked') reasons.push('log-not-checked');
  reasons.push(lists.asOf ? 'status-as-of' : 'status-not-checked');
  if (String(document.name).startsWith('SPECIMEN')) reasons.push('specimen');
  return { status, checks, reasons, stated: summary(document), recorded: log.at, asOf: lists.asOf };
}

async function judgeLog(document, receipt, trust, attached) {
  if (receipt) {
    const keys = trust.sets.map(({ log }) => log).filter(Boolean);
    return checkReceipt(receipt, document, keys, trust.checkpoint);
  }
  if (!attached) return { code: 'log-not-asked' };
  return { code: document.credentialStatus ? 'receipt-missing' : 'before-log' };
}

function standingOf({ compromised, retired_at: retired }, index) {
  if (!compromised) return retired ? 'key-retired' : 'key-current';
  if (index === undefined || compromised.leaf === null) return 'key-compromised-unlogged';
  return index < compromised.leaf ? 'before-compromise' : 'after-compromise';
}
