// The checks of the proof that goes with a receipt (spec/proofs.md). They pass or aren't evaluated: nobody signs which proof a
// bundle has, so what doesn't hold counts as absent.
import { equal, toHex } from './bytes.js';
import { mayBeExact } from './claims.js';
import { verifySign1 } from './cose.js';
import { inputIntegers, outputIntegers } from './integers.js';
import { thumbprint } from './p256.js';
import { isLacking } from './platform.js';
import { openKey } from './zk/key.js';
import { verifyProof } from './zk/proof.js';
import { checkOpening } from './zk/runs.js';

/** All other checks come before. `history`: key sets of a history that passed. Returns what is known of the proof; null if there is none. */
export async function checkProof({ proof, claims, output, keySet }, { trust }, history, checks) {
  const skipBoth = detail => {
    checks.skip('proof/model', detail);
    checks.skip('proof/output', detail);
  };
  if (proof === null) {
    skipBoth('proof/none');
    return null;
  }
  const fact = {
    key: null, batch: proof.batch, runs: proof.batch === 1 ? [0] : proof.openings.map(({ index }) => index), bytes: proof.proof.length, bits: null,
    registrations: [],
  };
  const stop = detail => {
    skipBoth(detail);
    return fact;
  };
  if (checks.anyFailed) return stop('proof/earlier-failure');
  const { key, code } = openKey(proof.key);
  if (key === null) return stop(code);
  fact.key = toHex(key.digest);
  const nodeKeys = [keySet, ...history].map(set => set.receiptKey);
  for (const registration of proof.registrations) fact.registrations.push(await appraise(registration, key, trust, nodeKeys));

  const modelId = claims.value('model.model_id');
  if (modelId === null) return stop(missing(claims.get('model.model_id')));
  if (!equal(modelId, key.modelId)) return stop('proof/other-model');

  const set = (check, detail) => (detail === null ? checks.pass(check) : checks.skip(check, detail));
  set('proof/model', tie(fact.registrations));
  const inputs = claims.get('request.inputs');
  const { detail, bits } = !mayBeExact(claims) ? { detail: 'proof/semantics-unknown' }
    : inputs.value === null ? { detail: missing(inputs) }
      : output.tensors === null ? { detail: 'claims/redacted' }
        : holds(proof, key, inputs.value, output.tensors, claims.value('execution.saturated'));
  set('proof/output', detail);
  return { ...fact, bits: bits ?? null };
}

/** Whether a proof establishes what a replay would. */
export const isProved = checks => checks.passes('proof/model') && checks.passes('proof/output');

const missing = leaf => (leaf.disclosed ? 'claims/absent' : 'claims/redacted');

/** What a registration of the key is worth. */
async function appraise({ cose, model, key: digest, at, issuer }, key, trust, nodeKeys) {
  const print = toHex(thumbprint(issuer));
  const name = [...trust?.publishers ?? []].find(([, known]) => known === print)?.[0] ?? null;
  const signature = await verifySign1(cose, issuer);
  const status = signature !== null ? (isLacking(signature) ? signature : 'registration/signature')
    : !equal(model, key.modelId) || !equal(digest, key.digest) ? 'registration/other-key'
      : nodeKeys.some(own => equal(own, issuer)) ? 'registration/operator'
        : name === null ? 'registration/not-named' : 'counts';
  return { issuer: print, name, status, at };
}

/** Null if somebody who counts ties the key's root to the model, else why not. */
function tie(registrations) {
  const any = wanted => registrations.some(({ status }) => status === wanted);
  if (any('counts')) return null;
  const lacking = registrations.find(({ status }) => isLacking(status));
  if (lacking !== undefined) return lacking.status;
  return registrations.length === 0 ? 'proof/not-registered'
    : any('registration/not-named') ? 'proof/registrar-not-named'
      : any('registration/operator') ? 'proof/registered-by-operator' : 'proof/registration-useless';
}

/** Whether the proof shows that these inputs give these outputs: `{ detail: null, bits }`, or why not. */
function holds({ key: bytes, batch, digest, openings, proof }, key, inputs, outputs, saturated) {
  const ins = inputIntegers(key.program, inputs);
  if (ins === null) return { detail: 'proof/inputs' };
  if (ins.runs.length !== (batch === 1 ? 1 : openings.length)) return { detail: 'proof/runs' };
  const outs = outputIntegers(key.program, outputs, ins.runs.length);
  if (outs === null) return { detail: 'proof/outputs' };
  if (saturated !== null && saturated !== ins.clamped) return { detail: 'proof/saturated-differs' };

  const statement = batch === 1 ? { inputs: ins.runs[0], outputs: outs[0] } : { digest };
  const verdict = verifyProof({ key: bytes, batch, proof, ...statement });
  if (verdict.outcome !== 'passed') return { detail: verdict.code };
  const proved = { batch, digest, runs: verdict.runs };
  for (const [item, opening] of openings.entries()) {
    const { outcome, code } = checkOpening(proved, { ...opening, inputs: ins.runs[item], outputs: outs[item] });
    if (outcome !== 'passed') return { detail: code };
  }
  return { detail: null, bits: Math.floor(verdict.bits) };
}
