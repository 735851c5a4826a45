// Policies: the eight levels, and the long form in any spelling, made canonical (spec/levels.md).
import { attempt, decodeUtf8, encodeUtf8, equal, Malformed } from './bytes.js';
import { JsonReader } from './json.js';
import { sha256 } from './sha256.js';

const EVIDENCE = ['replay', 'tee', 'zk'];
const PROFILE = 'assay/policy/v1';
const MAX_LENGTH = 16 * 1024;
const MAX_REQUIREMENTS = 32;

// In canonical order: questions, and for each the bases that can answer it.
export const BASES = {
  altered: ['signature'], logged: ['log'], model: ['operator', 'replay', 'tee', 'zk'],
  'computed-right': ['operator', 'replay', 'tee', 'zk'], 'operator-read': ['tee'], paid: ['settlement'],
};
const QUESTIONS = Object.keys(BASES);
const BASIS_ORDER = ['operator', 'signature', 'log', 'replay', 'tee', 'zk', 'settlement'];
const UNITS = [['d', 86400000], ['h', 3600000], ['m', 60000], ['s', 1000], ['ms', 1]];
const LONGEST = 30 * 86400000;

const bareRequirement = (question, by) => ({ question, by: [by] });
const requirementsOf = evidence => [
  bareRequirement('altered', 'signature'), bareRequirement('logged', 'log'),
  ...['model', 'computed-right'].flatMap(question => evidence.map(by => bareRequirement(question, by))),
];

function document(members, level, evidence, isLevel) {
  const { require, release, deadline, maxPrice } = members;
  const text = JSON.stringify({ profile: PROFILE, level: isLevel ? level : undefined, require, release, deadline, maxPrice });
  return { level, evidence, isLevel, require, release, deadline, maxPrice, text, digest: sha256(encodeUtf8(text)) };
}

function levelDocument(evidence) {
  const level = evidence.length > 0 ? evidence.join('+') : 'signed';
  return document({ require: requirementsOf(evidence), release: evidence.includes('replay') ? 'provisional' : 'after-evidence' }, level, evidence, true);
}

/** The documents of all eight levels. */
export const POLICIES = Array.from({ length: 8 }, (_, set) => levelDocument(EVIDENCE.filter((_, i) => (set >> i) & 1)));

/** The level's document with this digest, or null: the digest is of none of the eight. */
export const policyByDigest = digest => POLICIES.find(policy => equal(policy.digest, digest)) ?? null;

/** The document of a level in canonical form, or null. */
export const policyByLevel = level => POLICIES.find(policy => policy.level === level) ?? null;

/**
 * The level that offers of payment name for a policy (spec/payment.md, "Offers"): the first, those with fewer parts before the others, that has one of
 * the bases of each requirement, or needs none for it.
 */
export const leastLevel = policy => (policy.isLevel ? policy.level : [...POLICIES].sort((a, b) => a.evidence.length - b.evidence.length)
  .find(({ evidence }) => policy.require.every(({ by }) => by.some(basis => !EVIDENCE.includes(basis) || evidence.includes(basis)))).level);

/**
 * Reads a level as somebody writes it: parts in any order, none twice.
 * @returns {{value: object|null, error: string|null}}
 */
export function parseLevel(text) {
  if (text === '') return { value: null, error: 'level/empty' };
  const seen = new Set();
  for (const part of text.split('+')) {
    if (part !== 'signed' && !EVIDENCE.includes(part)) return { value: null, error: 'level/unknown' };
    if (seen.has(part)) return { value: null, error: 'level/repeated' };
    seen.add(part);
  }
  return { value: policyByLevel(EVIDENCE.filter(part => seen.has(part)).join('+') || 'signed'), error: null };
}

/** Whether whatever meets the one requirement meets the other too. */
function implies(one, other) {
  if (one.question !== other.question) return false;
  if (other.accept !== undefined) return true;
  return one.by.every(basis => other.by.includes(basis) && impliesBy(basis, one, other));
}

function impliesBy(basis, one, other) {
  switch (basis) {
    case 'zk':
      return other.minSoundnessBits === undefined || one.minSoundnessBits >= other.minSoundnessBits;
    case 'replay':
      return other.peers === undefined
        || (one.peers !== undefined && one.atLeast - one.peers.filter(peer => !other.peers.includes(peer)).length >= other.atLeast);
    case 'log':
      return (other.witnesses === undefined || one.witnesses >= other.witnesses)
        && (other.within === undefined || (one.within !== undefined && milliseconds(one.within) <= milliseconds(other.within)));
    default:
      return true;
  }
}

const includesAll = (all, part) => part.every(required => all.some(requirement => implies(requirement, required)));

/** Whether everything that the other policy requires is required by this one too. */
export const includes = (policy, other) => includesAll(policy.require, other.require);

const textOf = requirement => JSON.stringify(requirement);

function compare(a, b) {
  let order = QUESTIONS.indexOf(a.question) - QUESTIONS.indexOf(b.question);
  for (let i = 0; order === 0 && i < a.by.length && i < b.by.length; i++) order = BASIS_ORDER.indexOf(a.by[i]) - BASIS_ORDER.indexOf(b.by[i]);
  order ||= a.by.length - b.by.length;
  return order || (textOf(a) < textOf(b) ? -1 : 1);
}

/** The canonical policy of these members: what `signed` requires is added, what another requirement implies is dropped. */
function create(members) {
  const distinct = [...new Map([...members.require, ...requirementsOf([])].map(r => [textOf(r), r])).values()];
  const require = distinct.filter(r => !distinct.some(other => other !== r && implies(other, r))).sort(compare);
  const evidence = EVIDENCE.filter(part => includesAll(require, policyByLevel(part).require));
  const short = policyByLevel(evidence.join('+') || 'signed');
  const isShort = members.deadline === undefined && members.maxPrice === undefined && members.release === short.release
    && require.map(textOf).join() === short.require.map(textOf).join();
  return isShort ? short : document({ ...members, require }, short.level, evidence, false);
}

/** A policy and what another one requires besides. */
export const join = (policy, other) => create({
  ...policy, require: [...policy.require, ...other.require],
  release: policy.isLevel && other.isLevel && other.release === 'provisional' ? 'provisional' : policy.release,
});

/**
 * Reads a policy in any spelling and makes it canonical.
 * @param {Uint8Array} bytes
 * @returns {{value: object|null, error: string|null, path: string|null}}
 */
export function readPolicy(bytes) {
  let path = '';
  const fail = (code, at) => {
    path = at;
    throw new Malformed(code);
  };
  const { value, error } = attempt(() => read(bytes, fail));
  return { value, error: error === 'oip/json' ? 'policy/json' : error, path: error === null ? null : path };
}

/** The policy whose canonical text this is, or null. */
export function readCanonicalPolicy(text) {
  const { value } = readPolicy(encodeUtf8(text));
  return value !== null && value.text === text ? value : null;
}

function read(bytes, fail) {
  if (bytes.length > MAX_LENGTH) fail('policy/too-large', '');
  const text = decodeUtf8(bytes);
  if (text === null) fail('policy/utf8', '');
  const reader = new JsonReader(text);
  const root = valueOf(reader);
  reader.end();
  const at = membersOf(root, '', ['profile', 'level', 'require', 'release', 'deadline', 'maxPrice'], fail);
  at.oneOf('profile', [PROFILE]);
  const named = at.text('level');
  const level = named === undefined ? undefined : parseLevel(named).value;
  if (level === null) fail('policy/value', '/level');
  const list = at.array('require', MAX_REQUIREMENTS) ?? fail('policy/missing-member', '/require');
  const require = [];
  for (const item of list) {
    const path = `/require/${require.length}`;
    const requirement = readRequirement(item, path, fail);
    if (require.some(other => textOf(other) === textOf(requirement))) fail('policy/repeated', path);
    require.push(requirement);
  }
  const release = at.oneOf('release', ['after-evidence', 'provisional']) ?? 'after-evidence';
  const deadline = at.duration('deadline');
  const maxPrice = at.has('maxPrice') ? readPrice(at.value('maxPrice'), fail) : undefined;
  const policy = create({ require, release, deadline, maxPrice });
  if (level !== undefined && policy !== level) fail('policy/level-differs', '/level');
  if (policy.text.length > MAX_LENGTH) fail('policy/too-large', '');
  if (policy.require.length > MAX_REQUIREMENTS) fail('policy/range', '/require');
  return policy;
}

function readRequirement(value, path, fail) {
  const at = membersOf(value, path, ['question', 'by', 'accept', 'minSoundnessBits', 'peers', 'atLeast', 'witnesses', 'within'], fail);
  const question = at.text('question') ?? fail('policy/missing-member', `${path}/question`);
  if (!QUESTIONS.includes(question)) fail('policy/unknown-question', `${path}/question`);
  const accept = at.oneOf('accept', ['asserted']);
  const by = readBases(at, question, accept !== undefined, path, fail);
  const word = by.length === 1 && by[0] === 'operator' && BASES[question].includes('operator');
  if (word !== (accept !== undefined) || by.includes('operator') !== word) fail('policy/accept', `${path}/accept`);

  at.fits('minSoundnessBits', by.includes('zk'));
  const minSoundnessBits = at.number('minSoundnessBits', 256);
  at.fits('peers', by.includes('replay'));
  const peers = readPeers(at, path, fail);
  at.fits('atLeast', peers !== undefined);
  const atLeast = at.number('atLeast', peers?.length ?? 0) ?? peers?.length;
  at.fits('witnesses', question === 'logged');
  const witnesses = at.number('witnesses', 64);
  at.fits('within', question === 'logged');
  const within = at.duration('within');
  // JSON.stringify leaves out what is undefined: the order here is the canonical one.
  return JSON.parse(JSON.stringify({ question, by, accept, minSoundnessBits, peers, atLeast, witnesses, within }));
}

function readBases(at, question, accepts, path, fail) {
  const fit = BASES[question];
  const list = at.array('by', Infinity);
  if (list === undefined) {
    if (accepts) return ['operator'];
    return fit.length === 1 ? fit : fail('policy/missing-member', `${path}/by`);
  }
  const by = [];
  for (const item of list) {
    const code = item.kind !== 'string' ? 'policy/type'
      : !BASIS_ORDER.includes(item.value) ? 'policy/unknown-basis'
        : !fit.includes(item.value) ? 'policy/basis-unfit'
          : by.includes(item.value) ? 'policy/repeated' : null;
    if (code !== null) fail(code, `${path}/by/${by.length}`);
    by.push(item.value);
  }
  return by.sort((a, b) => BASIS_ORDER.indexOf(a) - BASIS_ORDER.indexOf(b));
}

function readPeers(at, path, fail) {
  const list = at.array('peers', 16);
  if (list === undefined) return undefined;
  const peers = [];
  for (const item of list) {
    const code = item.kind !== 'string' ? 'policy/type'
      : !/^[0-9a-f]{64}$/.test(item.value) ? 'policy/value'
        : peers.includes(item.value) ? 'policy/repeated' : null;
    if (code !== null) fail(code, `${path}/peers/${peers.length}`);
    peers.push(item.value);
  }
  return peers.sort();
}

function readPrice(value, fail) {
  const at = membersOf(value, '/maxPrice', ['amount', 'currency'], fail);
  const amount = at.text('amount');
  const currency = at.text('currency');
  if (amount === undefined || currency === undefined) fail('policy/missing-member', `/maxPrice/${amount === undefined ? 'amount' : 'currency'}`);
  if (!/^(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?$/.test(amount)) fail('policy/range', '/maxPrice/amount');
  if (!/^[A-Z][A-Z0-9]{2,11}$/.test(currency)) fail('policy/value', '/maxPrice/currency');
  return { amount: amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount, currency };
}

/** Milliseconds of a duration, or null. */
export function milliseconds(text) {
  const [, count, name] = /^([1-9][0-9]{0,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  if (count === undefined) return null;
  const length = Number(count) * UNITS.find(([unit]) => unit === name)[1];
  return length <= LONGEST ? length : null;
}

function durationText(length) {
  const [name, unit] = UNITS.find(([, u]) => length % u === 0);
  return `${length / unit}${name}`;
}

/** One JSON value as a tree that keeps how numbers were written. */
function valueOf(reader) {
  if (reader.next === '{') {
    const members = new Map();
    reader.object(name => members.set(name, valueOf(reader)));
    return { kind: 'object', value: members };
  }
  if (reader.next === '[') {
    const items = [];
    reader.array(() => items.push(valueOf(reader)));
    return { kind: 'array', value: items };
  }
  if (reader.next === '"') return { kind: 'string', value: reader.name() };
  if (reader.nextIsNumber) return { kind: 'number', value: reader.number() };
  reader.skip();
  return { kind: 'literal', value: null };
}

/** Access to an object's members, each fault with its path. Members that aren't known are refused first. */
function membersOf({ kind, value }, path, known, fail) {
  if (kind !== 'object') fail('policy/type', path);
  for (const name of value.keys()) {
    if (!known.includes(name)) fail('policy/unknown-member', `${path}/${/^[A-Za-z0-9_-]{1,40}$/.test(name) ? name : '?'}`);
  }
  const typed = (name, type) => {
    const member = value.get(name);
    if (member !== undefined && member.kind !== type) fail('policy/type', `${path}/${name}`);
    return member?.value;
  };
  return {
    has: name => value.has(name),
    value: name => value.get(name),
    text: name => typed(name, 'string'),
    oneOf(name, values) {
      const text = typed(name, 'string');
      if (text !== undefined && !values.includes(text)) fail('policy/value', `${path}/${name}`);
      return text;
    },
    array(name, most) {
      const items = typed(name, 'array');
      if (items !== undefined && (items.length === 0 || items.length > most)) fail('policy/range', `${path}/${name}`);
      return items;
    },
    number(name, most) {
      const written = typed(name, 'number');
      if (written === undefined) return undefined;
      const number = /^[0-9]{1,10}$/.test(written) ? Number(written) : 0;
      if (number < 1 || number > most) fail('policy/range', `${path}/${name}`);
      return number;
    },
    duration(name) {
      const text = typed(name, 'string');
      if (text === undefined) return undefined;
      const length = milliseconds(text);
      if (length === null) fail('policy/range', `${path}/${name}`);
      return durationText(length);
    },
    fits(name, fit) {
      if (!fit && value.has(name)) fail('policy/parameter-unfit', `${path}/${name}`);
    },
  };
}
