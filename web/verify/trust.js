// Trust files: who counts, and what the verifier knows about keys (spec/trust.md).
import { Malformed, attempt, encodeUtf8, equal, fromHex, toHex } from './bytes.js';
import { parseCosignatureKey, parseNoteKey } from './note.js';
import { isPoint } from './p256.js';

const MAX_BYTES = 1 << 20;
const MAX_STATEMENTS = 4096;
const NONE = 'none';

const refuse = code => {
  throw new Malformed(code);
};

/** Reads one kind of line: how many words may follow the kind, and what they say. */
const KINDS = {
  log: [1, 2, (trust, [vkey, url]) => {
    const { value: key } = parseNoteKey(vkey);
    if (key === null) refuse('trust/log-key');
    checkUrl(url);
    addSigner(trust, 'log', key.key, 'witness');
    trust.logs.push(key);
  }],
  node: [1, 1, (trust, [digest]) => {
    checkDigest(digest);
    addOnce(trust, `node ${digest}`);
    trust.nodes.add(digest);
  }],
  witness: [2, 3, (trust, [name, vkey, url]) => {
    checkName(name);
    const { value: key } = parseCosignatureKey(vkey);
    if (key === null) refuse('trust/witness-key');
    checkUrl(url);
    if (trust.names.has(name)) refuse('trust/repeated');
    addSigner(trust, 'witness', key.key, 'log');
    trust.names.add(name);
    trust.witnesses.set(name, key);
  }],
  group: [3, Infinity, (trust, [name, text, ...members]) => {
    checkName(name);
    const threshold = text === 'any' ? 1 : text === 'all' ? members.length : /^[1-9][0-9]{0,5}$/.test(text) ? Number(text) : 0;
    if (threshold < 1 || threshold > members.length) refuse('trust/threshold');
    if (!members.every(member => isWitness(trust, member))) refuse('trust/undefined');
    if (members.some(member => trust.members.has(member)) || new Set(members).size !== members.length) refuse('trust/member-repeated');
    if (trust.names.has(name)) refuse('trust/repeated');
    trust.names.add(name);
    for (const member of members) trust.members.add(member);
    trust.groups.set(name, { threshold, members });
  }],
  quorum: [1, 1, (trust, [name]) => {
    if (name !== NONE && !isWitness(trust, name)) refuse('trust/undefined');
    if (trust.quorum !== null) refuse('trust/repeated');
    trust.quorum = name;
  }],
  replayer: [2, 2, (trust, words) => addParty(trust, 'replayer', words)],
  auditor: [2, 2, (trust, words) => addParty(trust, 'auditor', words)],
  publisher: [2, 2, (trust, words) => trust.publishers.set(...addSignedBy(trust, 'publisher', 'trust/publisher', words))],
  'policy-issuer': [2, 3, (trust, words) => trust.policyIssuers.set(...addSignedBy(trust, 'policy-issuer', 'trust/thumbprint', words))],
  'platform-endorser': [2, 2, (trust, words) => trust.platformEndorsers.set(...addSignedBy(trust, 'platform-endorser', 'trust/thumbprint', words))],
  revoked: [2, 2, (trust, words) => addEnd(trust, 'revoked', words)],
  retired: [2, 2, (trust, words) => addEnd(trust, 'retired', words)],
};

const isWitness = (trust, name) => trust.witnesses.has(name) || trust.groups.has(name);

function addOnce(trust, key) {
  if (trust.keys.has(key)) refuse('trust/repeated');
  trust.keys.add(key);
}

/** Two lines of one kind with one key are one party twice, whatever their names; and nobody is witness to itself. */
function addSigner(trust, kind, key, otherKind) {
  if (trust.keys.has(`${otherKind} ${toHex(key)}`)) refuse('trust/witness-is-log');
  addOnce(trust, `${kind} ${toHex(key)}`);
}

function addParty(trust, kind, [name, key]) {
  checkName(name);
  if (!/^[0-9a-f]{128}$/.test(key) || !isPoint(fromHex(key))) refuse('trust/party-key');
  if (trust.names.has(name)) refuse('trust/repeated');
  addOnce(trust, `${kind} ${key}`);
  trust.names.add(name);
  trust[`${kind}s`].set(name, key);
}

/** By thumbprint: what they sign has the key in it. The version is a policy issuer's. */
function addSignedBy(trust, kind, malformed, [name, thumbprint, version = '1']) {
  checkName(name);
  if (!/^[0-9a-f]{64}$/.test(thumbprint)) refuse(malformed);
  if (!/^[1-9][0-9]{0,14}$/.test(version)) refuse('trust/version');
  if (trust.names.has(name)) refuse('trust/repeated');
  addOnce(trust, `${kind} ${thumbprint}`);
  trust.names.add(name);
  return [name, thumbprint];
}

function addEnd(trust, kind, [digest, text]) {
  checkDigest(digest);
  const time = readTime(text);
  addOnce(trust, `${kind} ${digest}`);
  trust[kind].set(digest, time);
}

function checkName(name) {
  if (name === NONE) refuse('trust/name-reserved');
}

function checkDigest(text) {
  if (!/^[0-9a-f]{64}$/.test(text)) refuse('trust/node-digest');
}

function checkUrl(url) {
  if (url !== undefined && !/^https?:\/\/[^]/.test(url)) refuse('trust/url');
}

/** Unix seconds of `2026-11-21T12:00:00Z`. */
function readTime(text) {
  const time = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/.test(text) ? Date.parse(text) : NaN;
  // Some platforms take the 30th of February for a day in March.
  if (!(time >= 0) || new Date(time).toISOString() !== text.replace('Z', '.000Z')) refuse('trust/time');
  return BigInt(time / 1000);
}

function readStatement(trust, [kind, ...words]) {
  if (!Object.hasOwn(KINDS, kind)) refuse('trust/unknown-kind');
  const [least, most, read] = KINDS[kind];
  if (words.length < least || words.length > most) refuse('trust/words');
  read(trust, words);
}

/**
 * @param {string} text
 * @returns {{value: object|null, error: string|null, line: number}} the first problem's code and line; 0 for the whole file
 */
export function parseTrust(text) {
  let line = 0;
  const read = attempt(() => {
    if (text.length > MAX_BYTES || encodeUtf8(text).length > MAX_BYTES) refuse('trust/too-large');
    const trust = {
      nodes: new Set(), logs: [], witnesses: new Map(), groups: new Map(), quorum: null,
      replayers: new Map(), auditors: new Map(), publishers: new Map(), policyIssuers: new Map(), platformEndorsers: new Map(), revoked: new Map(), retired: new Map(),
      // What is taken: names (one namespace), names that are in a group, keys and digests by kind.
      names: new Set(), members: new Set(), keys: new Set(),
    };
    let statements = 0;
    for (const raw of text.split('\n')) {
      line++;
      const content = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      if (/[\0-\x08\x0a-\x1f\x7f]/.test(content)) refuse('trust/control');
      const words = content.split(/[ \t]+/).filter(word => word !== '');
      if (words.length === 0 || words[0].startsWith('#')) continue;
      if (++statements > MAX_STATEMENTS) refuse('trust/too-large');
      readStatement(trust, words);
    }
    line = 0;
    // Naming witnesses and demanding none of them would look like a safeguard and be none.
    if (trust.quorum === null && trust.witnesses.size > 0) refuse('trust/no-quorum');
    if (trust.quorum === NONE) trust.quorum = null;
    return trust;
  });
  return { ...read, line };
}

export const trustsNode = (trust, keySet) => trust.nodes.has(toHex(keySet.digest));

/** Whether a log line names the key set's origin and log key. */
export const trustsLog = (trust, keySet) => trust.logs.some(log => log.name === keySet.origin && equal(log.key, keySet.logKey));

/** Why receipts of the key set don't count that were accepted then (Unix seconds, or null where no witness says when). */
export function endOf(trust, keySet, acceptedAt) {
  const digest = toHex(keySet.digest);
  const ended = end => end !== undefined && !(acceptedAt !== null && acceptedAt < end);
  return ended(trust.revoked.get(digest)) ? 'keyset/revoked' : ended(trust.retired.get(digest)) ? 'keyset/retired' : null;
}

/** Whether a key set vouches for those that its node went on to: not if its keys are known to be in other hands. */
export const mayVouch = (trust, keySet) => !trust.revoked.has(toHex(keySet.digest));

/**
 * The earliest time by which the quorum was met, null if it isn't: a witness's is that of its cosignature, a group's
 * that of the threshold-th of its members. `cosigned`: times by witness's name.
 */
export function quorumTime(trust, cosigned) {
  if (trust.quorum === null) return null;
  // A group stands after its members, so one pass in the file's order does it without recursion.
  const reached = new Map(cosigned);
  for (const [name, { threshold, members }] of trust.groups) {
    const times = members.filter(member => reached.has(member)).map(member => reached.get(member))
      .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    if (times.length >= threshold) reached.set(name, times[threshold - 1]);
  }
  return reached.get(trust.quorum) ?? null;
}
