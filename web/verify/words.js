// Verdicts in plain words: the same sentences as the C# verifier's.
import { readUpstream, sentModel } from './chat.js';
import { mayBeRunAgain } from './claims.js';
import { isUncompared, nothingRelied } from './payment-words.js';
import { establishes, refutes } from './peers.js';
import { isLacking } from './platform.js';
import { deadlineOf } from './policy.js';
import { isProved } from './proof-checks.js';

/** What a verifier makes of an endorsement (spec/endorsements.md). */
const WORTH = {
  counts: 'Counts: you name this peer.',
  'gave-up': 'The node says itself that the evidence that it asked for never came.',
  'endorsement/signature': "Left out: whoever's key this is didn't sign it.",
  'endorsement/other-receipt': 'Left out: it is about another receipt.',
  'endorsement/log': "Left out: the proof that it is logged doesn't hold.",
  'endorsement/issuer': "Left out: a node can't endorse itself, and nobody else gives up for it.",
  'endorsement/basis': "Left out: this version can't appraise evidence of this kind.",
  'endorsement/evidence': "Left out: its evidence is missing, or doesn't show what it says.",
  'endorsement/time': "Left out: it was made at another time than the receipt.",
  'endorsement/not-named': "Left out: neither your trust file nor a policy that you give names this peer.",
};

/** The same by settlement, where it is the node's own word. */
const WORTH_BY_SETTLEMENT = {
  counts: "Counts: it is the node's own word, and where to look; whether it is so, a chain says.",
  'endorsement/issuer': "Left out: nobody but the node says that it was paid.",
};

/** What an endorsement with this status is worth. */
export const worth = (status, by) => (by === 'settlement' ? WORTH_BY_SETTLEMENT[status] : undefined) ?? WORTH[status] ?? `Not known. ${detailSentence(status)}`;

const PASSES = {
  'bundle/decode': 'The receipt is well-formed.',
  'keyset/trusted': 'Your trust file names this node, by this key set or one tied to it by rotations.',
  'keyset/digest': "The receipt names the node's key set.",
  'keyset/validity': 'The key set was valid when the receipt was issued.',
  'keyset/history': 'The log shows how the node came to this key set, each change signed by the old key and the new one.',
  'batch/inclusion': 'The receipt is in the batch that was signed.',
  'batch/signature': "The node's key signed the batch.",
  'claims/root': 'The fields are the ones that were signed.',
  'output/root': 'The outputs are the ones that were signed.',
  'bundle/attachments': 'What is attached is named in the receipt.',
  'policy/digest': 'The level asked for is the one that was signed.',
  'request/model': 'The model is the one that you called.',
  'request/wire': "The request's bytes are the ones that the receipt names.",
  'request/inputs': 'The inputs are the ones in the request.',
  'request/level': 'The request names the level that was signed.',
  'response/wire': "The answer's bytes are the ones that the receipt names.",
  'response/outputs': 'The outputs are the ones in the answer.',
  'upstream/model': 'No upstream answered, or it names the model that it was asked for.',
  'log/trusted': 'Your trust file names this log.',
  'log/checkpoint': "The log's key signed the checkpoint.",
  'log/inclusion': 'The entry is in the log at that checkpoint.',
  'log/entry': 'The entry is for this receipt.',
  'log/witnessed': 'Witnesses that you name cosigned the checkpoint, enough for your quorum.',
  'replay/model': "The program with the receipt's model id is here.",
  'replay/output': 'Run again, it gives the same outputs, byte for byte.',
  'replay/peers': 'A peer that you name ran it again and got the same.',
  'proof/model': "The proof key is the model's: a publisher that you name says so, or its weights here do.",
  'proof/output': 'The proof holds: with the weights that its key commits to, these inputs give these outputs.',
  'tee/appraised': 'A key in attested hardware vouches for it, and a policy that counts accepts the evidence.',
  'payment/offer': 'The offer was made for this request, this level and this price.',
  'payment/signature': 'The payer signed a payment for this offer.',
  'payment/settled': 'The chain, as you were told of it, has the transaction that settled the payment.',
};

const DETAILS = {
  'proof/none': 'The receipt, as you have it, comes without a proof.',
  'check/unreadable': "What this check needs can't be read.",
  'claims/redacted': 'A field that is needed for this was left out of the receipt.',
  'claims/absent': 'The node says nothing here.',
  'keyset/no-trust-file': "Nothing says which nodes you trust. Give a trust file, or accept this node's keys on first use.",
  'keyset/not-named': "Your trust file doesn't name this node, so its signature proves nothing to you.",
  'keyset/first-use': "There is no trust file: the receipt's own keys are taken as the node's, on first use.",
  'keyset/statement-differs': 'The receipt was issued under another key set than the one that goes with it.',
  'keyset/head-differs': 'The batch was signed under another key set than the one that goes with it.',
  'keyset/origin-differs': 'The receipt names another node than its key set does.',
  'keyset/not-yet-valid': 'The receipt was issued before its keys were valid.',
  'keyset/expired': 'The receipt was issued after its keys had expired.',
  'keyset/issued-in-future': 'The receipt was issued in the future, by your clock.',
  'keyset/retired': 'These keys were retired, and nothing shows that the receipt was accepted before: they may be in wrong hands.',
  'keyset/revoked': 'The keys that signed this were revoked, and nothing shows that the receipt was accepted before.',
  'keyset/no-history': "The receipt comes without a history of the node's keys.",
  'keyset/history-path': "An entry about the node's keys isn't in the log at that checkpoint.",
  'keyset/history-entry': "The entries about the node's keys don't make a history.",
  'keyset/history-signature': "A change of the node's keys isn't signed by those who must.",
  'keyset/history-other': 'The history is of other keys than the ones that signed this.',
  'batch/size-differs': 'The batch that was signed has another size.',
  'batch/path': "The receipt isn't in the batch that was signed.",
  'claims/root-differs': "The fields aren't the ones that were signed.",
  'output/root-differs': "The outputs aren't the ones that were signed.",
  'output/parts-differ': 'The receipt states another number of outputs than it has.',
  'bundle/attachment-unnamed': "Something is attached that the receipt doesn't name.",
  'bundle/no-attachments': 'Nothing is attached.',
  'policy/digest-differs': "The level asked for isn't the one that was signed.",
  'policy/not-asked': 'The receipt was signed for another policy than the one that you sent.',
  'policy/level-source-differs': "Who set the level isn't what was signed.",
  'model/not-given': "Which model you called wasn't given.",
  'model/differs': 'The receipt names another model than the one that you called.',
  'wire/no-bytes': "The bytes weren't given, and aren't attached.",
  'wire/digest-differs': "The bytes aren't the ones that the receipt names.",
  'wire/tensors-differ': "The numbers in the bytes aren't the ones in the receipt.",
  'wire/protocol-unknown': "This verifier can't read the bytes of this protocol.",
  'chat/unreadable': "The bytes aren't a request or an answer of this protocol.",
  'chat/system-prompt-differs': "The system prompt in the request isn't the one that the receipt names.",
  'chat/message-differs': "A message in the request isn't the one that the receipt names, or there are more or fewer.",
  'chat/attachment-differs': "An image, audio or file in the request isn't the one that the receipt names.",
  'chat/tools-differ': "The tools in the request aren't the ones that the receipt names.",
  'chat/format-differs': "The response format in the request isn't the one that the receipt names.",
  'chat/parameter-differs': "A parameter was applied otherwise than the request asks, and the receipt doesn't say so.",
  'chat/seed-differs': "The seed that was applied isn't the request's, and the receipt doesn't say so.",
  'chat/lineage-differs': 'The receipt names another turn before this one, or another application, than the request.',
  'chat/stream-cut': 'The stream breaks off: its end, [DONE], is missing.',
  'chat/content-differs': "The text of the answer isn't the one in the receipt.",
  'chat/tool-calls-differ': "The tool calls in the answer aren't the ones in the receipt.",
  'chat/finish-differs': "Why the answer ended isn't what the receipt says.",
  'chat/logprobs-differ': "The logprobs in the answer aren't the ones in the receipt.",
  'chat/usage-differs': "The token counts in the answer aren't the ones in the receipt.",
  'chat/model-differs': 'The answer names another model than the receipt.',
  'chat/embedding-differs': "The numbers of an embedding aren't the ones in the receipt.",
  'chat/id-differs': 'The answer belongs to another receipt, by its id.',
  'chat/choices-differ': 'The answer has more or fewer choices, or embeddings, than were asked for.',
  'upstream/model-differs': 'The upstream says that another model answered than the one that it was asked for.',
  'upstream/unknown': "The upstream didn't say which model answered.",
  'oip/datatype': "This verifier can't read numbers of this type.",
  'level/differs': 'The request names another level than the one that was signed.',
  'level/not-named': "The request's bytes name no level.",
  'level/not-a-name': "The request's bytes name neither a level nor a policy.",
  'log/no-proof': 'The receipt comes without a proof that it is logged.',
  'log/no-trust-file': 'Nothing says which logs you trust.',
  'log/not-named': "Your trust file doesn't name this log.",
  'log/first-use': "There is no trust file: the receipt's own log is taken as the node's, on first use.",
  'log/key': "The node's log key is no usable key.",
  'log/origin-differs': 'The checkpoint is of another log.',
  'log/path': "The entry isn't in the log at that checkpoint.",
  'log/entry-kind': "The log entry isn't a receipt's.",
  'log/entry-differs': 'The log entry is for another receipt.',
  'log/level-differs': 'The log entry states another level.',
  'log/size-differs': 'The log entry states another size.',
  'log/no-quorum': "Your trust file doesn't ask for witnesses.",
  'log/quorum-unmet': 'Fewer witnesses cosigned the checkpoint than your trust file asks for. A later copy of the receipt may have more.',
  'log/cosignature': "Fewer witnesses cosigned the checkpoint than your trust file asks for, and a line in the name of one doesn't hold.",
  'log/cosigned-early': 'Fewer witnesses count than your trust file asks for: one cosigned before the receipt says that it was issued.',
  'replay/not-asked': "The model wasn't run again.",
  'replay/earlier-failure': 'Not tried, since another check failed.',
  'replay/semantics-unknown': 'Only exact integer programs can be run again with the same result.',
  'replay/conditions-differ':
    'It ran by another build, or on another kind of processor, or with other settings than there are here, so other words would show nothing.',
  'replay/unavailable': "The program isn't on this machine.",
  'replay/other-model': "The model's name stands for another model here.",
  'replay/refused-input': 'Run again, the program refuses these inputs.',
  'replay/output-differs': 'Run again, the program gives another answer.',
  'replay/saturated-differs': 'Run again, the program clamps another number of input elements than the receipt states.',
  'replay/peer-refuted': 'A peer that you name ran it again, and got another answer.',
  'replay/no-endorsement': 'No peer has endorsed it, as far as this copy of the receipt shows.',
  'replay/peer-not-named': 'Somebody says that it ran it again, but neither your trust file nor a policy that you give names it.',
  'replay/peer-useless': "What is said about it doesn't count.",
  'proof/none': 'The receipt, as you have it, comes without a proof.',
  'proof/earlier-failure': "The proof wasn't looked at, since another check failed.",
  'proof/other-model': "The proof's key is another model's.",
  'proof/other-root': "The proof's key commits to other weights than the model's, which are here.",
  'proof/not-registered': "Nobody says that the weights which the proof key commits to are the model's.",
  'proof/registrar-not-named': "Somebody says that the weights which the proof key commits to are the model's, but your trust file names no such publisher.",
  'proof/registered-by-operator': "Only the operator says that the weights which the proof key commits to are the model's.",
  'proof/registration-useless': "What is said about the proof key doesn't hold.",
  'proof/semantics-unknown': 'Only exact integer programs can be proved.',
  'proof/inputs': "The inputs aren't what the proof's program takes.",
  'proof/runs': 'The proof is about another number of items.',
  'proof/outputs': "The outputs aren't what the proof's program can give.",
  'proof/saturated-differs': 'For these inputs the program clamps another number of elements than the receipt states.',
  'zk/too-large': "This browser can't check a proof of this size; assay verify can.",
  'tee/no-endorsement': 'No attested hardware vouches for it, as far as this copy of the receipt shows.',
  'tee/useless': "What is said in the name of attested hardware doesn't hold, or its evidence is missing.",
  'payment/offer-text': "The offer isn't one, or isn't in its only spelling.",
  'payment/other-request': 'The offer was made for another request.',
  'payment/other-level': 'The offer was made for another level.',
  'payment/price': "The price isn't what the offer allows.",
  'payment/payload': "What is said to be the payment isn't one.",
  'payment/other-offer': 'The payment is for another offer.',
  'payment/signature': "The payer didn't sign this payment.",
  'payment/time': "The receipt wasn't issued while the payment was valid.",
  'payment/chain-differs': "The transaction that is said to have settled the payment didn't: the chain, as you were told of it, says otherwise.",
  'payment/no-settlement': "The node doesn't say that the payment was settled, as far as this copy of the receipt shows.",
  'payment/nothing-charged': 'Nothing was charged, so there is nothing to settle.',
  'payment/no-chain': 'Nothing is known here of the chain on which it was settled. Ask one with assay verify --chain NETWORK=ADDRESS.',
  'payment/not-found': "The chain, as you were told of it, hasn't the transaction that is said to have settled the payment, or not deep enough, or not in a form that shows it.",
  'policy/unknown': "The receipt was asked for under a policy that this verifier doesn't know.",
  'platform/attestation': 'This JavaScript reads the evidence of attested hardware and does not appraise it; assay verify does.',
  'platform/no-webcrypto': 'This browser checks signatures on secure pages only (https, or localhost).',
  'platform/no-p256': "This browser has no P-256, which the node's signature needs.",
  'platform/no-ed25519': "This browser has no Ed25519, which the log's signature needs.",
};

/** One check's result in a sentence. */
export const checkSentence = ({ code, result, detail, subject }) => (result === 'pass' ? PASSES[code] : detailSentence(detail) + itIs(subject));

/** Which of several it is about. */
const itIs = subject => (subject === null ? '' : ` It is ${subject}.`);

/** Why a check isn't a pass. Codes of readers are given as they are: they say what is malformed where. */
export function detailSentence(code) {
  if (Object.hasOwn(DETAILS, code)) return DETAILS[code];
  if (code.startsWith('cose/') || code === 'batch/head') return `The signature doesn't hold (${code}).`;
  if (code.startsWith('note/') || code.startsWith('checkpoint/')) return `The log's checkpoint doesn't hold (${code}).`;
  if (code.startsWith('zk/')) return `The proof doesn't hold, or its key isn't one (${code}).`;
  if (code.startsWith('replay/')) return `The model can't be run again here (${code}).`;
  return `The bytes can't be read (${code}).`;
}

const WITHIN = { 'request/wire': 'request/inputs', 'response/wire': 'response/outputs' };

/** Why a check failed. Of bytes that aren't the ones, also what is another in them, where that is known. */
function failureSentence(checks, code) {
  const within = WITHIN[code];
  const sentence = detailSentence(checks.detail(code)) + itIs(checks.subject(code));
  return within !== undefined && checks.fails(within) ? `${sentence} ${detailSentence(checks.detail(within))}${itIs(checks.subject(within))}` : sentence;
}

export const TITLES = {
  model: 'Which model?',
  altered: 'Was anything altered?',
  'computed-right': 'Was it computed right?',
  'operator-read': 'Could the operator read it?',
  logged: 'Is it publicly logged?',
  paid: 'Was it paid for?',
};

const REMARKS = {
  'key/held-by-node': 'The node alone holds its private keys.',
  'log/same-for-all': 'The log shows everyone the same entries.',
  'witness/quorum-honest': 'No quorum of your witnesses acts together with the operator.',
  'replay/this-machine': 'This machine and the program stored on it are sound.',
  'replay/peers-honest': "The peers that say so ran it themselves, and don't act together with the operator.",
  'proof/left-out': "What the proof that goes with it shows: it doesn't hold, or nobody that you name says that its key is the model's.",
  'tee/left-out': "What is said in the name of attested hardware: it doesn't hold, or no policy of yours accepts it, and was left out of account.",
  'payment/not-bound': "What the payer signed for: its signature covers amount, token, payee and time, and neither this request nor its level. That it was meant for them is the node's word.",
  'payment/not-settled': 'Whether the payment was settled: nothing here shows that money moved.',
  'chain/rpc-honest': 'What you were told of the chain is so: whoever told you could have made it up.',
  'proof/hides-nothing': "Secrecy from whoever has the proof: it shows that nothing was changed, and hides nothing. Treat the inputs, and the model's weights, as known to whoever holds proofs.",
  'proof/this-machine': 'This machine and the weights stored on it are sound.',
  'keyset/first-use': "The keys are taken from the receipt itself, as on a first contact: compare the fingerprint with the node's published one.",
  'keyset/revocation': 'Whether the node has withdrawn its keys since.',
  'time/asserted': "When it happened: all times are by the node's own clock.",
  'request/changed': 'Changes that the node says it made to the request before it ran the model; they are listed in the receipt.',
  'model/fidelity': 'Whether the model answers as its float original does: it is further from it than the rule for registration allows, which its publisher accepted.',
  'model/not-compared': 'Whether the model is the one that you called: its name was not compared.',
  'request/not-compared': 'Whether this receipt is for your request: your own copy of its bytes was not compared.',
  'response/not-compared': 'Whether this receipt is for the answer that you have: your own copy of its bytes was not compared.',
  'log/no-witness': 'Whether the operator shows everyone the same log: no independent witness signed it.',
  'replay/not-done': 'Whether the model really gives this answer: it was not run again.',
  'chat/upstream': 'What the upstream did: which model ran there, on what, and what else it was told is its word, as the node heard it.',
  'chat/replay': 'Whether it comes out the same elsewhere: another build or another kind of machine may choose other words for the same request.',
  'policy/lower-than-asked': 'Part of the level that was asked for with the request: less was required here.',
  'operator/read': 'Secrecy: the operator saw the inputs and the outputs.',
  'answer/truth': "Whether the answer is true or fair: a receipt is about what was computed, not about the model's quality.",
};

/** An assumption, or something that isn't covered. */
export const remark = code => ({ code, sentence: REMARKS[code] });

export const proofRemark = bits => ({
  code: 'proof/argument',
  sentence: `The proof system holds: a false proof is found with a chance of 2^-${bits} for each try, and BLAKE3 has no weakness that helps.`,
});

export const registrarRemark = names => ({
  code: 'proof/registrar-honest', sentence: `What ${names} signed is so: that the weights which the proof key commits to are the model's.`,
});

export const cosignatureRemark = names => ({
  code: 'log/cosignature', sentence: `Who wrote the line in the name of ${names}: it doesn't hold, and was left out of account.`,
});

export const cosignedEarlyRemark = names => ({
  code: 'log/cosigned-early',
  sentence: `Whose clock is wrong: ${names} cosigned before the receipt says that it was issued, which was left out of account.`,
});

export const leftOutRemark = names => ({
  code: 'endorsement/left-out',
  sentence: `What is said in the name of ${names}: it doesn't hold, or this version can't appraise it, and was left out of account.`,
});

export const notNamedRemark = names => ({
  code: 'endorsement/not-named', sentence: `What ${names} says: neither your trust file nor a policy that you give names it, so it was left out of account.`,
});

export const notLoggedRemark = names => ({
  code: 'endorsement/not-logged',
  sentence: `Whether the operator would show everyone what ${names} says: this copy of the receipt has no proof that it is logged.`,
});

export const redactedRemark = count => ({
  code: 'claims/redacted',
  sentence: `${count === 1 ? 'One field' : `${count} fields`}, which whoever gave you this receipt left out.`,
});

const checkYourself = ({ bundle: { claims } }) => (claims.value('execution.semantics') === 'opaque' ? 'An upstream computed it, and nothing here can check that.'
  : mayBeRunAgain(claims) ? 'To check it yourself: assay verify --replay'
    : "Running it again can't check it: it wasn't an exact program that ran.");

const upstreamOf = evidence => readUpstream(evidence.bundle?.claims.value('parties.gateway') ?? null);

/** A node may ask for a model by another name there. */
function calledThere({ bundle: { claims } }) {
  const sent = sentModel(claims);
  return sent === null || sent === claims.value('model.name') ? '' : ` and was asked for as ${sent} there`;
}

/** Which of a node's models it is there doesn't say what ran. */
const byUpstream = ({ origin, model }) => (model === null ? `An upstream answered, ${origin}, and didn't say what ran there.`
  : `An upstream answered, ${origin}, and says that ${model} ran there: that is its word, and nobody here knows more.`);
const REFRESH = 'To see whether it has come: assay verify --refresh';

const firstFailure = (checks, codes) => {
  const failed = codes.find(checks.fails);
  return failed === undefined ? '' : failureSentence(checks, failed);
};

// Enough of a digest to recognise it; the whole one stands elsewhere in the verdict.
const short = hex => hex.slice(0, 16);

const shownTime = iso => iso.slice(0, 19).replace('T', ' ');

/** An issuer of an endorsement as people may see it. */
export const shownPeer = ({ name, peer, by, status }) => name ?? (by === 'settlement' && status === 'counts' ? 'the node'
  : `${{ tee: 'attested key', settlement: 'settler' }[by] ?? 'peer'} ${short(peer)}`);

export const shownPeers = endorsements => [...new Set(endorsements.map(shownPeer))].join(', ');

const peers = ({ endorsements }) => shownPeers(endorsements.filter(establishes));
const refuters = ({ endorsements }) => shownPeers(endorsements.filter(refutes));
const alsoPeers = evidence => (evidence.checks.passes('replay/peers') ? ` So it does by ${peers(evidence)}.` : '');

/** Who registered a proof key, as people may see it. */
export const shownRegistrar = ({ name, issuer }) => name ?? `issuer ${short(issuer)}`;

/** Those of them that count. */
export const shownRegistrars = ({ registrations }) =>
  [...new Set(registrations.filter(({ status }) => status === 'counts').map(shownRegistrar))].join(', ');

const provedText = ({ checks, proof, ...evidence }) => `proved for the weights that proof key ${short(proof.key)} commits to; `
  + `${shownRegistrars(proof)} says that these are the model's.`
  + `${checks.passes('replay/output') ? ' Run again here, it gives the same answer, byte for byte.' : ''}${alsoPeers({ checks, ...evidence })}`;

/** What a proof that is there lacks, and what to do about it. */
function proofToo({ proof, checks }) {
  if (proof === null) return '';
  if (!checks.passes('proof/output')) return `There is a proof, but it shows nothing here: ${detailSentence(checks.detail('proof/output'))} `;
  return `A proof holds for the weights that its key ${short(proof.key)} commits to, but: ${detailSentence(checks.detail('proof/model'))} `
    + "To believe who says so: assay trust add publisher NAME THUMBPRINT. With the model's weights: assay verify --weights FOLDER. ";
}

function awaited(evidence, status, question) {
  const { endorsements, requested, bundle } = evidence;
  if (status === 'expired' && endorsements.some(fact => fact.status === 'gave-up')) {
    return `It asked for evidence, and says itself that none came in time. ${checkYourself(evidence)}`;
  }
  const deadline = new Date(Number(deadlineOf(requested, bundle.envelope.statement.issuedAt, question)));
  return `Evidence was promised until ${shownTime(deadline.toISOString())} UTC${status === 'pending' ? '' : ", and isn't here"}. ${REFRESH}`;
}

function modelText({ name, id }) {
  if (id === null) return name ?? 'a model';
  return name === null ? `model ${short(id)}` : `${name} (model ${short(id)})`;
}

/** Where a question rests on endorsements that this platform can't check, that is why it isn't known. */
function notKnown(evidence, signed, otherwise) {
  const { checks } = evidence;
  if (!signed) return nothingRelied(evidence);
  const detail = [checks.detail('replay/peers'), checks.detail('tee/appraised')].find(isLacking);
  return detail !== undefined ? `Unknown. ${detailSentence(detail)}` : otherwise;
}

/** Answers to the questions; `facts` is the verdict's `receipt`, null if the bundle can't be read. */
export const ANSWERS = {
  model(evidence, facts, status, signed) {
    const { checks, otherModel } = evidence;
    const model = facts === null ? 'a model' : modelText(facts.model);
    switch (status) {
      case 'established':
        if (isProved(checks)) return `${model}: ${provedText(evidence)}`;
        return checks.passes('replay/output') ? `${model}: run again here, it gives the same answer, byte for byte.${alsoPeers(evidence)}`
          : `${model}: run again by ${peers(evidence)}, it gives the same answer, byte for byte.`;
      case 'pending':
      case 'expired':
        return `The operator says ${model}. ${awaited(evidence, status, 'model')}`;
      case 'asserted':
        return `The operator says ${model}; nobody independent checked. ${proofToo(evidence)}${checkYourself(evidence)}`;
      case 'refuted':
        if (checks.fails('request/model')) return `Not the one that you called: the receipt names ${model}.`;
        if (checks.fails('upstream/model')) return `Not the one that was asked for, which is ${model}${calledThere(evidence)}. ${byUpstream(upstreamOf(evidence))}`;
        if (checks.passes('replay/output')) return `In dispute: ${model} gives this answer here, but ${refuters(evidence)} got another. One of the two is wrong.`;
        return otherModel === null
          ? `Not as stated: ${model} doesn't give this answer for these inputs.`
          : `Not the one you know: the receipt names ${model}, and here that name stands for ${short(otherModel)}.`;
      default:
        if (signed && upstreamOf(evidence) !== null) return byUpstream(upstreamOf(evidence));
        return notKnown(evidence, signed, "The receipt, as you have it, doesn't show which model ran.");
    }
  },

  altered(evidence, facts, status, refutedBy, unknownBy) {
    const { checks } = evidence;
    if (status === 'established') return `No: this is what ${facts.node.origin} signed. ${compared(checks)}${ownCopies(evidence)}`;
    if (status === 'refuted') return `Yes, or parts of different origin were put together. ${firstFailure(checks, refutedBy)}`;
    const lacking = [...unknownBy, 'batch/signature'].find(code => isLacking(checks.detail(code)));
    if (unknownBy.some(checks.fails)) return `Unknown. ${firstFailure(checks, unknownBy)}`;
    if (lacking !== undefined || !checks.passes('batch/signature')) return `Unknown. ${detailSentence(checks.detail(lacking ?? 'batch/signature'))}`;
    return `Unknown.${notComparable(evidence)}`;
  },

  computedRight(evidence, status, signed) {
    const { checks } = evidence;
    const detail = checks.detail('replay/output');
    switch (status) {
      case 'established':
        if (isProved(checks)) return `Yes: ${provedText(evidence)}`;
        return checks.passes('replay/output') ? `Yes: run again here, the same program gives the same answer, byte for byte.${alsoPeers(evidence)}`
          : `Yes: ${peers(evidence)} ran the same program again and got the same answer, byte for byte.`;
      case 'pending':
      case 'expired':
        return `The operator says so. ${awaited(evidence, status, 'computed-right')}`;
      case 'asserted':
        return detail === 'replay/not-asked'
          ? `The operator says so; nobody independent checked. ${proofToo(evidence)}${checkYourself(evidence)}`
          : `The operator says so; nobody independent checked. A replay wasn't possible: ${detailSentence(detail)}`;
      case 'refuted':
        return checks.fails('replay/output') ? `No. ${detailSentence(detail)}`
          : checks.passes('replay/output')
            ? `In dispute: run again here it gives the node's answer, but ${refuters(evidence)} got another. One of the two is wrong.`
            : `No, says ${refuters(evidence)}: run again, the program gives another answer. ${checkYourself(evidence)}`;
      default:
        return notKnown(evidence, signed, nothingRelied(evidence));
    }
  },

  logged(evidence, facts, status, refutedBy) {
    const { checks } = evidence;
    switch (status) {
      case 'established':
        return `Yes: entry ${facts.log.index} of the log ${facts.node.origin}, which had ${facts.log.size} entries then. `
          + `The operator can't take it back unnoticed.${facts.acceptedAt === null ? '' : ` Your witnesses saw it there by ${shownTime(facts.acceptedAt)} UTC.`}`;
      case 'pending':
        return "Not yet: the node hasn't published it in a checkpoint. Fetch the receipt again in a few seconds.";
      case 'refuted':
        return `No. ${firstFailure(checks, refutedBy)}`;
      default: {
        const why = ['log/trusted', 'log/witnessed'].find(checks.fails) ?? ['log/checkpoint'].find(code => isLacking(checks.detail(code)));
        return why === undefined ? nothingRelied(evidence) : `Unknown. ${detailSentence(checks.detail(why))}`;
      }
    }
  },

  operatorRead: 'Assume so: at this level the operator sees inputs and outputs.',
};

/** What is missing, and what to do about it. */
function notComparable(evidence) {
  const given = [['request', 'request', 'request.wire_digest'], ['response', 'answer', 'output.wire_digest']].filter(([code]) => isUncompared(evidence, code));
  const isLeftOut = ([code]) => evidence.checks.detail(`${code}/wire`) === 'claims/redacted';
  const leftOut = given.filter(isLeftOut);
  const unsigned = given.filter(item => !isLeftOut(item));
  const whats = items => items.map(([, what]) => what).join(' and the ');
  const digests = leftOut.map(([, , digest]) => digest).join(' and ');
  return (leftOut.length === 0 ? '' : ` This copy of the receipt leaves out what the ${whats(leftOut)} that you gave would be compared with: ask for one that shows ${digests}.`)
    + (unsigned.length === 0 ? '' : ` The node signed no digest of the ${whats(unsigned)}, and nothing else in this copy can be compared with what you gave.`);
}

function compared(checks) {
  const request = checks.passes('request/wire');
  const response = checks.passes('response/wire');
  if (request && response) return 'Request and answer are the ones it names.';
  if (request) return "The request is the one it names; the answer's bytes were not compared.";
  if (response) return "The answer is the one it names; the request's bytes were not compared.";
  return 'The bytes of request and answer were not compared.';
}

// A file beside the receipt may say anything else.
function ownCopies({ request, response, checks }) {
  const own = [checks.passes('request/wire') && request === null ? 'request' : '', checks.passes('response/wire') && response === null ? 'answer' : ''].filter(Boolean);
  return own.length === 0 ? '' : ` What was compared is the receipt's own copy of the ${own.join(' and ')}, not yours.`;
}

/** The outcome in a sentence. */
export function summary(verdict, checks, policy, unmet) {
  const { outcome, reason, questions } = verdict;
  const required = policy === null ? 'nothing' : policy.isLevel ? `level ${policy.level}` : 'the policy';
  if (outcome === 'met') return `Everything that ${required} requires is established.`;
  if (outcome === 'policy-not-met') {
    return `What was signed holds, but ${required} requires more than is shown here: ${unmet.map(r => shortfall(r, questions)).join('; ')}.`;
  }
  if (outcome === 'untrusted') return failureSentence(checks, reason);
  switch (reason) {
    case 'statement/phase':
      return `${verdict.receipt.phase === 'abort' ? 'The answer was broken off.' : "The answer wasn't finished yet."} This receipt is evidence of what was sent until then, and meets no policy.`;
    case 'policy/unknown':
      return "The receipt was asked for under a policy that this verifier doesn't know.";
    case 'level/not-supported':
      return `This verifier can't appraise the evidence that ${required} requires.`;
    default:
      return detailSentence(checks.has(reason) ? checks.detail(reason) : reason);
  }
}

function shortfall({ requirement }, questions) {
  const found = questions.find(q => q.question === requirement.question);
  const needed = requirement.accept !== undefined ? 'be asserted by the operator at least'
    : `be established by ${requirement.by.join(' or ')}${parameters(requirement)}`;
  return `"${TITLES[requirement.question]}" must ${needed}, and is ${found.status}${found.by === null ? '' : ` (by ${found.by})`}`;
}

function parameters({ minSoundnessBits, peers, atLeast, witnesses, within }) {
  const parts = [
    minSoundnessBits && `proofs of ${minSoundnessBits} bits at least`,
    peers && `replays by ${atLeast} of ${peers.length} named peers`,
    witnesses && `witnesses: ${witnesses}`,
    within && `within ${within}`,
  ].filter(Boolean);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
