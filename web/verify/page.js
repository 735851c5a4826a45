// The page around the verifier: reads files, shows the verdict. Text from receipts goes in as text, never as markup.
import { InputError, loadModel, looksSaved, programReplayer, readSaved, verify } from './index.js';
import { OUTCOMES, clean, policyName } from './text.js';
import { paymentLine } from './payment-words.js';
import { TITLES, shownPeer, shownRegistrar, worth } from './words.js';

const MAX_FILE = 1 << 30;
const RESULTS = { pass: 'holds', fail: 'fails', 'not-evaluated': 'not evaluated' };
const STATUSES = { 'not-evaluated': 'not known' };
const WITNESSES = { cosigned: 'cosigned', absent: 'didn’t cosign', bad: 'a bad line in its name', 'too-early': 'too early' };
const FILES = ['bundle', 'request', 'response', 'program', 'weights', 'asked', 'chain'];
const TEXTS = ['trust', 'policy'];

const get = id => document.getElementById(id);
const status = get('status');
const result = get('result');

/** An element with attributes and children; strings become text. */
function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) element.setAttribute(name, value);
  element.append(...children.filter(child => child !== null).map(child => (typeof child === 'string' ? clean(child) : child)));
  return element;
}

const chip = (kind, words) => el('span', { class: `chip ${kind}` }, words);

async function readFile(id) {
  const [file] = get(id).files;
  if (file === undefined) return undefined;
  if (file.size > MAX_FILE) throw new Error(`${file.name} is too large to be read here.`);
  return new Uint8Array(await file.arrayBuffer());
}

async function readReplayer() {
  const [program, weights] = await Promise.all([readFile('program'), readFile('weights')]);
  if (program === undefined && weights === undefined) return undefined;
  if (program === undefined || weights === undefined) throw new Error("The model's program and its weights go together.");
  const { value: model, error } = loadModel(program, weights);
  if (error !== null) throw new Error(`These files aren't a fixed-point/v1 program with its weights (${error}).`);
  return programReplayer(model);
}

function readNow() {
  const { value } = get('now');
  return value === '' ? Date.now() : Date.parse(`${value}Z`);
}

async function judge() {
  const bundle = await readFile('bundle');
  if (bundle === undefined) return null;
  const [request, response, askedPolicy, chainFacts, replayer] = await Promise.all([...['request', 'response', 'asked', 'chain'].map(readFile), readReplayer()]);
  const answer = response !== undefined && looksSaved(response) ? readSaved(response) : { value: response, error: null };
  if (answer.error !== null) throw new Error(`This isn't a saved stream: ${answer.error}.`);
  const [trust, policy] = TEXTS.map(id => (get(id).value.trim() === '' ? null : get(id).value));
  return verify({
    bundle, trust, firstUse: get('first-use').checked, now: readNow(), nowIsGiven: get('now').value !== '', require: get('require').value,
    model: get('model').value.trim() || undefined, request, response: answer.value, replayer,
    policy: policy === null ? undefined : new TextEncoder().encode(policy), askedPolicy,
    chainFacts, confirmations: Math.max(1, Math.floor(Number(get('confirmations').value)) || 1),
  });
}

function words(error) {
  if (!(error instanceof InputError)) return error.message;
  if (error.code === 'chain/facts') return 'This isn’t a file of chain facts (chain/facts): assay payment facts writes one.';
  return error.code.startsWith('policy/') ? `The policy can't be read${error.path === '' ? '' : ` at ${error.path}`} (${error.code}).`
    : `The trust file can't be read (line ${error.line}: ${error.code}). It has one statement a line: "node" and a fingerprint, or "log" and a key.`;
}

let latest = 0;

/** Judges what the form holds now. Whatever is started later wins. */
async function update() {
  const turn = ++latest;
  get('bundle-name').textContent = clean(get('bundle').files[0]?.name ?? '');
  status.textContent = get('bundle').files.length > 0 ? 'Checking…' : 'Choose a receipt to begin.';
  let verdict = null;
  let message = get('bundle').files.length > 0 ? '' : status.textContent;
  try {
    verdict = await judge();
  } catch (error) {
    message = words(error);
  }
  if (turn !== latest) return;
  // The outcome is also told to screen readers, which don't notice what appears further down.
  status.textContent = verdict === null ? message : `${OUTCOMES[verdict.outcome]}. ${clean(verdict.summary)}`;
  status.classList.toggle('unseen', verdict !== null);
  result.hidden = verdict === null;
  result.replaceChildren(...(verdict === null ? [] : show(verdict)));
}

function show(verdict) {
  return [
    el('div', { class: `outcome ${verdict.outcome}` },
      el('h2', { id: 'outcome' }, OUTCOMES[verdict.outcome]), el('p', null, verdict.summary),
      showRequired(verdict),
      verdict.clock.given ? el('p', null, `Judged as of ${shownTime(verdict.clock.at)}: that time was given, it isn’t this machine’s clock.`) : null,
      isFirstUse(verdict) ? el('p', null, 'On first use: only the receipt itself says whose keys these are.') : null),
    el('ul', { class: 'card questions', 'aria-label': 'Six questions' }, ...verdict.questions.map(showQuestion)),
    showPayment(verdict),
    showProof(verdict),
    showEndorsements(verdict),
    showWitnesses(verdict),
    showTrustLines(verdict),
    showNotCovered(verdict),
    showReceipt(verdict),
    showChecks(verdict),
  ].filter(part => part !== null);
}

/** What the caller requires, where that isn't what was asked for. */
function showRequired({ receipt, required, requiredPolicy }) {
  if (receipt === null || requiredPolicy === null || requiredPolicy === receipt.policy) return null;
  if (policyName(required, requiredPolicy) === required) return el('p', null, `You require level ${required}.`);
  return el('details', null, el('summary', null, 'The policy that you require, in its one spelling'), el('pre', null, el('code', null, requiredPolicy)));
}

const isFirstUse = ({ checks }) => checks.some(({ detail }) => detail === 'keyset/first-use');

function showQuestion({ title, status: kind, by, answer, assumptions }) {
  const basis = by === null ? '' : by === 'operator' ? ' by the operator' : ` by ${by}`;
  const ifs = assumptions.map(({ sentence }) => el('li', null, `if: ${sentence}`));
  return el('li', null,
    el('div', null, el('h3', null, title), chip(kind, (STATUSES[kind] ?? kind) + basis)),
    el('div', { class: 'answer' }, el('p', null, answer), ifs.length > 0 ? el('ul', { class: 'ifs' }, ...ifs) : null));
}

const shownTime = iso => `${iso.slice(0, 19).replace('T', ' ')} UTC`;

const REGISTRATIONS = {
  counts: 'Counts: your trust file names this publisher.',
  'registration/signature': "Left out: whoever's key this is didn't sign it.",
  'registration/other-key': 'Left out: it is about another model or another proof key.',
  'registration/operator': 'Left out: the operator says so itself.',
  'registration/not-named': 'Left out: your trust file names no such publisher.',
};

function showProof({ receipt }) {
  if (receipt?.proof == null) return null;
  const { key, batch, runs, bytes, bits, registrations } = receipt.proof;
  const holds = bits !== null;
  const what = batch === 1 ? 'A proof of this run' : `A proof of ${batch} runs, of which this receipt’s are ${runs.length}`;
  const items = registrations.map(registration => {
    const { issuer, status: code, at } = registration;
    const counts = code === 'counts';
    return el('li', null,
      el('p', { class: 'answer' }, chip(counts ? 'established' : 'left-out', counts ? 'registered' : 'left out'),
        el('strong', null, `${code === 'registration/signature' ? 'somebody in the name of ' : ''}${shownRegistrar(registration)}`),
        ' says that the weights which the key commits to are the model’s'),
      el('p', { class: 'answer' }, REGISTRATIONS[code] ?? `Not known (${code}).`),
      el('p', null, 'key ', el('code', null, issuer), `; ${shownTime(at)} by its own clock`));
  });
  return el('section', { class: 'card', id: 'proof' },
    el('h2', null, 'The proof that goes with it'),
    el('p', { class: 'answer' }, chip(holds ? 'established' : 'left-out', holds ? 'holds' : 'shows nothing here'),
      ` ${what}: ${bytes} bytes${holds ? `, ${bits} bits` : ''}. It hides nothing: treat inputs and weights as known to whoever has it.`),
    key === null ? null : el('p', null, 'proof key ', el('code', null, key)),
    items.length > 0 ? el('ul', { class: 'parties' }, ...items) : null);
}

function showPayment({ receipt, questions }) {
  if (receipt?.payment == null) return null;
  const { payment } = receipt;
  const { status: kind } = questions.find(({ question }) => question === 'paid');
  const words = { established: 'settled', refuted: 'not as stated' };
  return el('section', { class: 'card', id: 'payment' },
    el('h2', null, 'The payment that it shows'),
    el('p', { class: 'answer' }, chip(kind, words[kind] ?? 'not shown to be settled'), ` ${paymentLine(payment)}`),
    payment.bound === null ? null : el('p', null, payment.bound ? 'The payer’s signature covers the offer, and so this request.' : 'The payer’s signature covers the payment, and not what it is for.'),
    payment.transaction === null ? null : el('p', null, 'transaction ', el('code', null, payment.transaction)));
}

function showEndorsements({ receipt }) {
  if (receipt === null || receipt.endorsements.length === 0) return null;
  const items = receipt.endorsements.map(endorsement => {
    const { peer, questions, by, finding, status: code, at, logIndex } = endorsement;
    const counts = code === 'counts' || code === 'gave-up';
    const logged = logIndex === null ? 'not shown to be logged' : `entry ${logIndex} of the node’s log`;
    // Whose word it is isn't known before the signature holds.
    const who = code === 'gave-up' ? 'the node' : code === 'endorsement/signature' ? `somebody in the name of ${shownPeer(endorsement)}` : shownPeer(endorsement);
    return el('li', null,
      el('p', { class: 'answer' }, chip(counts ? finding : 'left-out', counts ? finding : 'left out'),
        el('strong', null, who), ` says “${finding}” by ${by} on: ${questions.map(id => TITLES[id]).join(' ')}`),
      el('p', { class: 'answer' }, worth(code, by)),
      el('p', null, 'key ', el('code', null, peer), `; ${shownTime(at)} by its own clock; ${logged}`));
  });
  return el('section', { class: 'card', id: 'endorsements' },
    el('h2', null, 'What was said about it later'), el('ul', { class: 'parties' }, ...items));
}

function showWitnesses({ receipt }) {
  if (receipt === null || receipt.log.witnesses.length === 0) return null;
  return el('section', { class: 'card', id: 'witnesses' },
    el('h2', null, 'Your witnesses of the log'),
    el('ul', { class: 'parties' }, ...receipt.log.witnesses.map(({ name, status: kind, at }) => el('li', null,
      chip(kind, WITNESSES[kind]), el('strong', null, name), at === null ? null : ` at ${shownTime(at)}`))));
}

function showTrustLines({ receipt, checks }) {
  if (receipt === null || !checks.some(({ detail }) => detail === 'keyset/first-use' || detail === 'keyset/no-trust-file')) return null;
  const copy = el('button', { type: 'button' }, 'Copy these lines');
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(receipt.node.trustLines);
    copy.textContent = 'Copied';
  });
  return el('section', { class: 'card' },
    el('h2', null, 'To trust this node from now on'),
    el('p', { class: 'hint' }, 'Compare these lines with what the node publishes elsewhere, then keep them as your trust file. '
      + 'They come from the receipt itself: taken unseen, they prove nothing.'),
    el('pre', null, el('code', null, ...receipt.node.trustLines.trimEnd().split('\n').flatMap((line, i) => (i > 0 ? [el('br'), line] : [line])))),
    copy);
}

function showNotCovered({ notCovered }) {
  if (notCovered.length === 0) return null;
  return el('section', { class: 'card' },
    el('h2', null, 'What this says nothing about'),
    el('ul', { class: 'plain' }, ...notCovered.map(({ sentence }) => el('li', null, sentence))));
}

function showReceipt({ receipt }) {
  if (receipt === null) return null;
  const { id, node, model, issuedAt, acceptedAt, level, policy, levelSource, log } = receipt;
  const facts = {
    Receipt: el('code', null, id),
    Node: node.origin,
    'Node’s fingerprint': el('code', null, node.keySet),
    Model: model.name ?? 'name not shown',
    'Model’s id': model.id === null ? 'not shown' : el('code', null, model.id),
    Issued: `${shownTime(issuedAt)} by the node’s clock`,
    Accepted: acceptedAt === null ? 'at an unknown time: no witness says' : `${shownTime(acceptedAt)} at the latest, by your witnesses`,
    'Asked for': level === null ? 'a policy that isn’t known here' : `${policyName(level, policy)}, set by ${levelSource}`,
    ...(level !== null && policyName(level, policy) !== level && { 'That policy': el('code', null, policy) }),
    'Place in the log': log.index === null ? 'not logged yet' : `entry ${log.index}`,
  };
  return el('section', { class: 'card' },
    el('h2', null, 'What stands in the receipt'),
    el('dl', { class: 'facts' }, ...Object.entries(facts).flatMap(([name, value]) => [el('dt', null, name), el('dd', null, value)])));
}

function showChecks({ checks }) {
  const failed = checks.filter(check => check.result === 'fail').length;
  const rows = checks.map(({ check, result: kind, detail, sentence }) => el('tr', null,
    el('td', null, el('code', null, check)),
    el('td', null, chip(kind, RESULTS[kind])),
    el('td', null, sentence, detail === null ? null : el('code', { class: 'detail' }, ` ${detail}`))));
  const head = el('tr', null, ...['Check', 'Result', 'Why'].map(name => el('th', { scope: 'col' }, name)));
  const details = el('details', { class: 'card' },
    el('summary', null, `All ${checks.length} checks${failed === 0 ? '' : `, ${failed} failed`}`),
    el('table', null, el('thead', null, head), el('tbody', null, ...rows)));
  details.open = failed > 0;
  return details;
}

/** Which input a dropped file belongs to. */
function placeOf({ name }) {
  if (/\.receipt$/i.test(name)) return 'bundle';
  if (/chain/i.test(name)) return 'chain';
  if (/policy/i.test(name)) return 'policy';
  if (/\.cbor$/i.test(name)) return 'program';
  if (/weights|\.bin$/i.test(name)) return 'weights';
  if (/response|answer|\.sse$/i.test(name)) return 'response';
  if (/request/i.test(name)) return 'request';
  return /trust|\.txt$/i.test(name) ? 'trust' : 'bundle';
}

async function place(files) {
  for (const file of files) {
    const id = placeOf(file);
    if (TEXTS.includes(id)) {
      get(id).value = await file.text();
    } else {
      const transfer = new DataTransfer();
      transfer.items.add(file);
      get(id).files = transfer.files;
    }
  }
  await update();
}

for (const id of [...FILES, 'first-use', 'require', 'model', 'now', 'confirmations']) get(id).addEventListener('change', update);
for (const id of TEXTS) get(id).addEventListener('input', update);
get('form').addEventListener('submit', event => event.preventDefault());
for (const type of ['dragenter', 'dragover']) {
  addEventListener(type, event => {
    event.preventDefault();
    document.body.classList.add('dragging');
  });
}
for (const type of ['dragleave', 'drop', 'dragend']) addEventListener(type, () => document.body.classList.remove('dragging'));
addEventListener('drop', event => {
  event.preventDefault();
  place([...event.dataTransfer.files]);
});

update();
