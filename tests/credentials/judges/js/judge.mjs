// Verifiers by others, without a network: credentials come in as JSON, verdicts go out as JSON.
import { readFileSync } from "node:fs";
import * as vc from "@digitalbazaar/vc";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { cryptosuite as rdfc } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import { createVerifyCryptosuite as jcs } from "@digitalbazaar/eddsa-jcs-2022-cryptosuite";
import { checkStatus } from "@digitalbazaar/vc-bitstring-status-list";

console.log = console.error; // one verifier talks while it works
const given = JSON.parse(readFileSync(0, "utf8"));

// whatever asks for an address gets what was handed in, or nothing
const known = { ...given.contexts, ...given.documents };
globalThis.fetch = async (request) => {
  const url = typeof request === "string" ? request : request.url;
  if (!(url in known)) throw new TypeError(`offline: ${url}`);
  return Response.json(known[url]);
};
const documentLoader = async (url) => {
  if (!(url in known)) throw new Error(`offline: ${url}`);
  return { contextUrl: null, documentUrl: url, document: known[url] };
};

const messages = (error) => (error?.errors ?? (error ? [error] : [])).map((e) => `${e.name}: ${e.message}`);

async function digitalBazaar(credential) {
  const suite = [new DataIntegrityProof({ cryptosuite: rdfc }), new DataIntegrityProof({ cryptosuite: jcs() })];
  const found = await vc.verifyCredential({
    credential,
    suite,
    documentLoader,
    now: given.now,
    checkStatus: (options) =>
      checkStatus({ ...options, suite, documentLoader, verifyBitstringStatusListCredential: true }),
  });
  const status = {};
  for (const row of found.statusResult?.results ?? []) status[row.credentialStatus.statusPurpose] = row.status;
  return { verified: found.verified, proofs: found.results?.filter((r) => r.verified).length ?? 0, status, errors: messages(found.error) };
}

async function consortium(credential) {
  const { verifyCredential } = await import("@digitalcredentials/verifier-core");
  const found = await verifyCredential({ credential, knownDIDRegistries: [] });
  const log = Object.fromEntries((found.log ?? []).map((row) => [row.id, row.valid]));
  return { log, errors: (found.errors ?? []).map((e) => `${e.name}: ${e.message}`) };
}

const judges = { digitalBazaar, consortium };
const verdicts = {};
for (const [name, { judge, credential }] of Object.entries(given.cases)) {
  verdicts[name] = await judges[judge](credential);
}
process.stdout.write(JSON.stringify(verdicts));
