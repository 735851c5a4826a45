// The eight levels and their policy documents (spec/levels.md).
import { encodeUtf8, equal } from './bytes.js';
import { sha256 } from './sha256.js';

const EVIDENCE = ['replay', 'tee', 'zk'];

function documentOf(evidence) {
  const level = evidence.length > 0 ? evidence.join('+') : 'signed';
  const require = [{ question: 'altered', by: ['signature'] }, { question: 'logged', by: ['log'] }];
  for (const question of ['model', 'computed-right']) for (const by of evidence) require.push({ question, by: [by] });
  const release = evidence.includes('replay') ? 'provisional' : 'after-evidence';
  const text = JSON.stringify({ profile: 'assay/policy/v1', level, require, release });
  return { level, evidence, require, release, text, digest: sha256(encodeUtf8(text)) };
}

/** All eight documents. */
export const POLICIES = Array.from({ length: 8 }, (_, set) => documentOf(EVIDENCE.filter((_, i) => (set >> i) & 1)));

/** The document with this digest, or null: unknown to this version. */
export const policyByDigest = digest => POLICIES.find(policy => equal(policy.digest, digest)) ?? null;

/** The document of a level in canonical form, or null. */
export const policyByLevel = level => POLICIES.find(policy => policy.level === level) ?? null;

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
  return { value: documentOf(EVIDENCE.filter(part => seen.has(part))), error: null };
}

/** Whether everything that the other level requires is required by this one too. */
export const atLeast = (policy, other) => other.evidence.every(part => policy.evidence.includes(part));
