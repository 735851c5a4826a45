// Runs in a browser (see browser.test.js): all vectors by the module, and one by the real page in a frame.
import { verify } from '/web/verify/index.js';

const FOLDERS = ['/spec/vectors/receipts/', '/spec/vectors/receipt-proofs/'];
const file = async (name, { folder }) => (name === null ? undefined : new Uint8Array(await (await fetch(folder + name)).arrayBuffer()));

const utf8 = text => (text === undefined ? undefined : new TextEncoder().encode(text));

async function judge(vector) {
  const verdict = await verify({
    bundle: await file(vector.bundle, vector), trust: vector.trust, firstUse: vector.firstUse, now: new Date(vector.now),
    require: vector.require ?? undefined, policy: utf8(vector.policy), askedPolicy: utf8(vector.askedPolicy), model: vector.model ?? undefined, request: await file(vector.request, vector), response: await file(vector.response, vector),
  });
  return {
    outcome: verdict.outcome, reason: verdict.reason,
    questions: Object.fromEntries(verdict.questions.map(q => [q.question, q.status])),
    failed: verdict.checks.filter(check => check.result === 'fail').map(check => check.check),
  };
}

/** The page as people use it: a dropped file, a trust file, a time. Returns what it shows. */
async function usePage(vector) {
  const frame = document.body.appendChild(document.createElement('iframe'));
  frame.src = '/web/verify/verify.html';
  await new Promise(resolve => frame.addEventListener('load', resolve));
  const page = frame.contentWindow;
  const get = id => page.document.getElementById(id);
  let violation = null;
  page.document.addEventListener('securitypolicyviolation', event => { violation = event.violatedDirective; });
  get('now').value = vector.now.slice(0, 16);
  const transfer = new page.DataTransfer();
  transfer.items.add(new page.File([await file(vector.bundle, vector)], vector.bundle));
  transfer.items.add(new page.File([vector.trust], 'trust.txt'));
  if (vector.policy) transfer.items.add(new page.File([vector.policy], 'policy.json'));
  page.dispatchEvent(new page.DragEvent('drop', { dataTransfer: transfer }));
  for (let tries = 0; get('outcome') === null && tries < 200; tries++) await new Promise(resolve => setTimeout(resolve, 50));
  const text = get('result').textContent;
  const part = id => [...(get(id)?.querySelectorAll('li') ?? [])].map(item => item.textContent);
  const endorsements = part('endorsements');
  const witnesses = part('witnesses');
  const proof = get('proof')?.textContent ?? null;
  const registrations = part('proof');
  get('policy').value = '{"require":[{"question":"logged","within":"soon"}]}';
  get('policy').dispatchEvent(new page.Event('input'));
  for (let tries = 0; !get('result').hidden && tries < 200; tries++) await new Promise(resolve => setTimeout(resolve, 20));
  const badPolicy = get('status').textContent;
  const violated = violation;
  const connection = await page.fetch('/web/verify/index.js').then(() => 'opened', () => 'refused');
  return { text, endorsements, witnesses, proof, registrations, badPolicy, violated, connection };
}

async function main() {
  const vectors = [];
  for (const folder of FOLDERS) {
    const { vectors: found } = await (await fetch(`${folder}index.json`)).json();
    vectors.push(...found.map(vector => ({ ...vector, folder })));
  }
  const verdicts = {};
  for (const vector of vectors) verdicts[vector.name] = await judge(vector);
  const pages = {};
  for (const name of ['batch-of-one', 'altered-claim-model-name', 'peer-among-others', 'peer-refuted-by-one', 'policy-witnesses-too-few', 'peer-gave-up', 'proof-of-five', 'proof-registered-by-many', 'proof-damaged-not-asked']) pages[name] = await usePage(vectors.find(v => v.name === name));
  return { verdicts, pages };
}

const results = await main().catch(error => ({ error: `${error.stack}` }));
await fetch('/results', { method: 'POST', body: JSON.stringify(results) });
