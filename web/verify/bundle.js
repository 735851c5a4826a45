// Bundles (`*.receipt`): everything that a verifier needs for one receipt (spec/receipt.md, "Bundle").
import { readAttachedProof } from './attachment.js';
import { Malformed, attempt, compare } from './bytes.js';
import { CborReader } from './cbor.js';
import { readClaims, readOutput } from './claims.js';
import { fits, readEndorsement } from './endorsement.js';
import { readKeySet } from './keyset.js';
import { readKeyEvents, readLogProof } from './log.js';
import { sha256 } from './sha256.js';
import { readEnvelope } from './statement.js';

const MAX_BUNDLE = 64 << 20;
const MAX_ATTACHMENTS = 3 + 2048; // three leaves may name one each, and one the messages of a chat
const MAX_ENDORSEMENTS = 32;
const MAX_MATERIAL = (1 << 20) + (1 << 17);

/** Reads a bundle; keeps views of the bytes. Checks form only: whether it is true is the verifier's question. */
export function decodeBundle(bytes) {
  return attempt(() => {
    if (bytes.length > MAX_BUNDLE) throw new Malformed('bundle/too-large');
    const reader = new CborReader(bytes);
    const pairs = reader.map();
    if (pairs < 6 || pairs > 11) throw new Malformed('bundle/layout');
    reader.key(1);
    if (reader.text() !== 'assay/bundle/v1') throw new Malformed('bundle/profile');
    reader.key(2);
    const envelope = reader.bytes();
    reader.key(3);
    const keySet = reader.bytes();
    reader.key(4);
    const claims = reader.raw();
    reader.key(5);
    const output = reader.raw();
    reader.key(6);
    const attachments = readAttachments(reader);
    const last = { log: null, keyEvents: [], endorsements: [], proof: null, material: null };
    let left = pairs - 6;
    if (left > 0 && reader.tryKey(7)) {
      last.log = readLogProof(reader);
      left--;
    }
    if (left > 0 && last.log !== null && reader.tryKey(8)) {
      last.keyEvents = readKeyEvents(reader);
      left--;
    }
    if (left > 0 && reader.tryKey(9)) {
      last.endorsements = readEndorsements(reader);
      left--;
    }
    if (left > 0 && reader.tryKey(10)) {
      last.proof = readAttachedProof(reader);
      left--;
    }
    if (left > 0) {
      reader.key(11);
      last.material = reader.bytes();
      if (last.material.length === 0 || last.material.length > MAX_MATERIAL) throw new Malformed('bundle/material');
      left--;
    }
    if (left > 0) throw new Malformed('bundle/layout');
    reader.end();
    return {
      envelope: readEnvelope(envelope), keySet: readKeySet(keySet),
      claims: readClaims(claims), output: readOutput(output), attachments, ...last,
    };
  });
}

function readAttachments(reader) {
  const count = reader.array();
  if (count > MAX_ATTACHMENTS) throw new Malformed('bundle/attachment-count');
  const attachments = [];
  for (let i = 0; i < count; i++) {
    const content = reader.bytes();
    const digest = sha256(content);
    if (i > 0 && compare(attachments[i - 1].digest, digest) >= 0) throw new Malformed('bundle/attachment-order');
    attachments.push({ digest, content });
  }
  return attachments;
}

function readEndorsements(reader) {
  const count = reader.array();
  if (count === 0 || count > MAX_ENDORSEMENTS) throw new Malformed('bundle/endorsements');
  const items = [];
  for (let i = 0; i < count; i++) {
    const item = readItem(reader);
    if (i > 0 && compare(items[i - 1].endorsement.digest, item.endorsement.digest) >= 0) throw new Malformed('bundle/endorsements');
    items.push(item);
  }
  return items;
}

/** An endorsement with what goes with it. Of the evidence only the length is looked at: who hands on the bundle can put anything there. */
function readItem(reader) {
  reader.array(4);
  const bytes = reader.bytes();
  const evidence = reader.nextIsNull ? reader.null() : reader.bytes();
  const opening = reader.nextIsNull ? reader.null() : reader.bytes();
  const log = reader.nextIsNull ? reader.null() : readLogProof(reader);
  const endorsement = readEndorsement(bytes);
  if (!fits(endorsement, evidence, opening)) throw new Malformed('bundle/endorsements');
  return { endorsement, evidence, opening, log };
}
