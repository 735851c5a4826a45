// The checks of chats: what was asked and answered against what the receipt says of it (spec/chat.md, "What a verifier checks").
import { attempt, concatAll, encodeUtf8, equal, toHex } from './bytes.js';
import { CborReader, head } from './cbor.js';
import { callsText, partsOf, readChatAnswer } from './chat-answer.js';
import { Members, parseNode, parseObject } from './chat-json.js';
import { differences, readApplied, unasked } from './chat-parameters.js';
import { parseLevel, readPolicy } from './levels.js';
import { sha256 } from './sha256.js';
import { sameTensor, sameTensors } from './tensors.js';

const COMPARED_OF_REQUEST = ['request.system_prompt', 'request.messages', 'request.attachments', 'request.tools', 'request.response_format', 'request.sampling', 'lineage.relation', 'lineage.receipts'];
const COMPARED_OF_ANSWER = ['output.tool_calls', 'output.finish_reason', 'output.logprobs', 'output.usage', 'model.name'];
const ID_PREFIX = { chat: 'chatcmpl-', completion: 'cmpl-', embedding: 'embd-' };
const MAX_WORD = 8192;
const MAX_NAME = 1 << 16;

/** The model that a request names, and the level with it: `[name, policy]`, policy null without one. */
function splitModel({ model }) {
  const at = model.lastIndexOf('@');
  const level = at > 0 ? parseLevel(model.slice(at + 1)).value : null;
  return level === null ? [model, null] : [model.slice(0, at), level];
}

export const modelOf = request => splitModel(request)[0];

/** What a request names: `{ policy }`, null in it for what is neither a level nor a policy; null for another value. */
export function levelsOf(request) {
  const [, level] = splitModel(request);
  const named = level === null ? [] : [{ policy: level }];
  const said = request.verification;
  if (said?.kind === 'string') named.push({ policy: parseLevel(said.value).value });
  else if (said?.kind === 'object') named.push({ policy: readPolicy(encodeUtf8(said.raw)).value });
  else if (said !== null) named.push(null);
  return named;
}

const cborText = text => {
  const utf8 = encodeUtf8(text);
  return [head(3, utf8.length), utf8];
};

/** Of CBOR `[domain, text...]`. There can be millions of short texts: they are written into one buffer. */
function digestOfTexts(domain, texts) {
  let buffer = new Uint8Array(1 << 16);
  let at = 0;
  const room = length => {
    if (at + length <= buffer.length) return;
    const larger = new Uint8Array(Math.max(2 * buffer.length, at + length));
    larger.set(buffer);
    buffer = larger;
  };
  const write = bytes => {
    room(bytes.length);
    buffer.set(bytes, at);
    at += bytes.length;
  };
  const writeText = text => {
    if (text.length < 24 && /^[\x00-\x7f]*$/.test(text)) {
      room(24);
      buffer[at++] = 0x60 + text.length;
      for (let i = 0; i < text.length; i++) buffer[at++] = text.charCodeAt(i);
    } else cborText(text).forEach(write);
  };
  write(head(4, texts.length + 1));
  writeText(domain);
  for (const text of texts) writeText(text);
  return sha256(buffer.subarray(0, at));
}

function systemPrompt(messages) {
  const own = messages.filter(({ role }) => role === 'system' || role === 'developer');
  return own.length === 0 ? null : sha256(concatAll([head(4, own.length + 1), ...cborText('assay/system-prompt/v1')].concat(own.flatMap(({ raw }) => [head(2, raw.length), raw]))));
}

const same = (a, b) => (a === null || b === null ? a === b : equal(a, b));

/** A leaf that is shown and says otherwise. */
const differs = (leaf, found) => leaf.disclosed && !same(leaf.value, found);

function openSealed(bytes) {
  return attempt(() => {
    const reader = new CborReader(bytes);
    reader.array(3);
    const salt = reader.bytes();
    const role = reader.text();
    const raw = reader.bytes();
    reader.end();
    return salt.length === 16 ? { role, raw } : null;
  }).value;
}

export function checkChatRequest(bundle, bytes, request, checks) {
  const code = 'request/inputs';
  const { claims } = bundle;
  if (bytes === null && isNoLineage(claims)) checks.fail(code, 'chat/lineage-differs');
  else if (bytes === null) checks.skip(code, 'wire/no-bytes');
  else if (request === null) checks.fail(code, 'chat/unreadable');
  else {
    const { difference, subject = null, isHidden } = requestDifference(bundle, request);
    if (difference !== null) checks.fail(code, difference, subject);
    else if (isHidden || COMPARED_OF_REQUEST.some(name => !claims.get(name).disclosed)) checks.skip(code, 'claims/redacted');
    else if (claims.value('request.messages') === null || claims.value('request.sampling') === null) checks.skip(code, 'claims/absent');
    // Messages that were only counted may say anything.
    else if (!checks.passes('request/wire') && !checks.fails('request/wire') && !allOpened(bundle)) checks.skip(code, checks.detail('request/wire'));
    else checks.pass(code);
  }
}

function requestDifference(bundle, request) {
  const { claims } = bundle;
  const is = (difference, subject) => ({ difference, subject, isHidden: false });
  if (differs(claims.get('request.system_prompt'), systemPrompt(request.messages))) return is('chat/system-prompt-differs');
  const attached = claims.get('request.attachments');
  const digests = attached.value ?? [];
  if (attached.disclosed && (digests.length !== request.attachments.length || request.attachments.some((content, i) => !equal(sha256(content), digests[i])))) return is('chat/attachment-differs');
  const message = differingMessage(bundle, request.messages);
  if (message !== null) return is('chat/message-differs', message === 'count' ? null : `messages.${message}`);
  if (differs(claims.get('request.tools'), request.tools === null ? null : sha256(request.tools))) return is('chat/tools-differ');
  const format = claims.get('request.response_format');
  if (format.disclosed && format.value !== request.format) return is('chat/format-differs');
  const applied = appliedDifference(claims, request);
  if (applied.difference !== null) return applied;
  return isNoLineage(claims) || lineageDiffers(claims, request) ? is('chat/lineage-differs') : applied;
}

function allOpened({ claims, attachments }) {
  const contents = new Set(attachments.map(({ digest }) => toHex(digest)));
  return claims.value('request.messages').every(digest => contents.has(toHex(digest)));
}

/** Each message whose sealed form is attached; of the others that they are there. The place of the first that differs, `count` if there are more or fewer, or null. */
function differingMessage({ claims, attachments }, messages) {
  const digests = claims.value('request.messages');
  if (digests === null) return null;
  if (digests.length !== messages.length) return 'count';
  const contents = new Map(attachments.map(({ digest, content }) => [toHex(digest), content]));
  const place = digests.findIndex((digest, i) => {
    const content = contents.get(toHex(digest));
    if (content === undefined) return false;
    const opened = openSealed(content);
    return opened === null || opened.role !== messages[i].role || !equal(opened.raw, messages[i].raw);
  });
  return place < 0 ? null : place;
}

/** Every parameter that was asked for is applied as it was, and no other has an effect, or a mutation says so. `isHidden`: that isn't shown. */
function appliedDifference(claims, { kind, asked, seed }) {
  const mutations = claims.value('request.mutations') ?? [];
  const mayBeMutated = !claims.get('request.mutations').disclosed;
  // Parameters may be changed and not dropped: what may be dropped has no effect on an answer.
  const isChanged = (name, raw) => raw !== null && (mutations.includes(`changed ${name} ${raw}`) || (name === 'max_tokens' && isChanged('max_completion_tokens', raw)));
  const isDefaulted = (name, raw) => mutations.includes(`defaulted ${name} ${raw}`);
  let isHidden = false;
  const sampling = claims.value('request.sampling');
  if (sampling !== null) {
    const applied = readApplied(kind, sampling);
    if (applied === null) return { difference: 'chat/parameter-differs' };
    const unsaid = differences(kind, asked, applied).find(name => !isChanged(name, applied[name])) ?? unasked(kind, asked, applied).find(name => !isDefaulted(name, applied[name]));
    if (unsaid !== undefined && !mayBeMutated) return { difference: 'chat/parameter-differs', subject: `parameter ${unsaid}` };
    isHidden = unsaid !== undefined;
  }
  const leaf = claims.get('request.seed');
  const text = leaf.value === null ? null : leaf.value.toString();
  const isSame = seed === null ? leaf.disclosed && (text === null || isDefaulted('seed', text)) : leaf.value === seed || isChanged('seed', text);
  if (!isSame) {
    if (leaf.disclosed && !mayBeMutated) return { difference: 'chat/seed-differs' };
    isHidden = true;
  }
  return { difference: null, isHidden };
}

const LINEAGE = /^(?:(continues)(?:; (?!$)|$))?(?:application ([a-z0-9][a-z0-9._-]{0,63})#([1-9][0-9]{0,9}))?$/;

/** What the leaf says: `{ isContinuing, application }`, or null if it is no lineage. */
function readLineage(text) {
  if (text === null) return { isContinuing: false, application: null };
  const match = text === '' ? null : LINEAGE.exec(text);
  return match === null || Number(match[3] ?? 0) > 0x7fffffff ? null : { isContinuing: match[1] !== undefined, application: match[2] ?? null };
}

/** What no lineage says, whatever was asked: another form, or a turn that continues none, or several, or isn't said to continue the one that is named. */
function isNoLineage(claims) {
  const [relation, receipts] = [claims.get('lineage.relation'), claims.get('lineage.receipts')];
  const lineage = relation.disclosed ? readLineage(relation.value) : null;
  return (relation.disclosed && lineage === null)
    || (lineage !== null && receipts.disclosed && (receipts.value ?? []).length !== (lineage.isContinuing ? 1 : 0));
}

/** An application that only a header named is in no body. */
function lineageDiffers(claims, { continued, application }) {
  const [relation, receipts] = [claims.get('lineage.relation'), claims.get('lineage.receipts')];
  const lineage = relation.disclosed ? readLineage(relation.value) : null;
  const asked = continued === null ? [] : [continued.toLowerCase()];
  const named = (receipts.value ?? []).map(toHex);
  return (lineage !== null && (lineage.isContinuing !== asked.length > 0 || (application !== null && lineage.application !== application)))
    || (receipts.disclosed && (named.length !== asked.length || named.some((digest, i) => digest !== asked[i])));
}

export function checkChatAnswer(bundle, kind, bytes, checks) {
  const code = 'response/outputs';
  const { claims, output, envelope } = bundle;
  if (bytes === null) {
    checks.skip(code, 'wire/no-bytes');
    return;
  }
  const isFinal = envelope.statement.phase === 'final';
  const answer = readChatAnswer(kind, bytes);
  const failure = answer === null ? 'chat/unreadable' : answer.isCut && isFinal ? 'chat/stream-cut' : answerDifference(bundle, kind, answer, isFinal);
  if (failure === null && (output.redacted > 0 || COMPARED_OF_ANSWER.some(name => !claims.get(name).disclosed))) checks.skip(code, 'claims/redacted');
  // An answer has members that no leaf has.
  else if (failure === null && !checks.passes('response/wire') && !checks.fails('response/wire')) checks.skip(code, checks.detail('response/wire'));
  else checks.set(code, failure);
}

function answerDifference({ claims, output, envelope }, kind, answer, isFinal) {
  const { choices } = answer;
  // Of an answer that was broken off, what was never begun is in no event.
  const isEmpty = !isFinal && answer.model === '';
  const parts = partsDifference(output, partsOf(answer));
  if (parts !== null) return parts;
  const calls = choices.every(choice => choice.calls.length === 0) ? null
    : digestOfTexts('assay/tool-calls/v1', choices.map(choice => (choice.calls.length === 0 ? '' : callsText(choice.calls))));
  if (differs(claims.get('output.tool_calls'), calls)) return 'chat/tool-calls-differ';
  const reasons = claims.get('output.finish_reason');
  const stated = trimmed(reasons.value ?? [], isFinal);
  const found = trimmed(choices.map(choice => choice.finish), isFinal);
  if (reasons.disclosed && (stated.length !== found.length || stated.some((reason, i) => reason !== found[i]))) return 'chat/finish-differs';
  const pairs = choices.flatMap(choice => choice.logprobs);
  if (differs(claims.get('output.logprobs'), pairs.length === 0 ? null : digestOfTexts('assay/logprobs/v1', pairs))) return 'chat/logprobs-differ';
  const usage = claims.get('output.usage');
  if (usage.disclosed && answer.usage !== null && usage.value !== answer.usage) return 'chat/usage-differs';
  const name = claims.get('model.name');
  if (name.disclosed && !isEmpty && name.value !== answer.model) return 'chat/model-differs';
  if (!isEmpty && answer.id !== ID_PREFIX[kind] + toHex(envelope.statement.id)) return 'chat/id-differs';
  return isFinal ? choicesDifference(claims, kind, answer) : null;
}

/** As many as the parameters say that were applied. */
function choicesDifference(claims, kind, { choices, embeddings }) {
  const sampling = claims.value('request.sampling');
  const applied = sampling === null ? null : readApplied(kind, sampling);
  if (applied === null) return null;
  const messages = claims.value('request.messages')?.length ?? null;
  const n = Number(applied.n ?? 1);
  const wanted = kind === 'chat' ? n : messages === null ? null : kind === 'completion' ? messages * n : messages;
  if (wanted !== null && wanted !== (kind === 'embedding' ? embeddings : choices).length) return 'chat/choices-differ';
  const dimensions = applied.dimensions ?? null;
  return dimensions !== null && embeddings.some(data => data.length / 4 !== Number(dimensions)) ? 'chat/embedding-differs' : null;
}

function trimmed(reasons, isFinal) {
  const kept = [...reasons];
  while (!isFinal && kept.length > 0 && kept.at(-1) === '') kept.pop();
  return kept;
}

function partsDifference({ tensors, parts, count }, found) {
  if (tensors !== null) {
    // What is there and wasn't stated first, so that something added is named and not what it displaced.
    const other = found.find(part => !tensors.some(stated => sameTensor(part, stated))) ?? tensors.find(stated => !found.some(part => sameTensor(stated, part)));
    if (other !== undefined) return partCode(other);
    return sameTensors(tensors, found) ? null : 'chat/content-differs';
  }
  if (count !== found.length) return 'chat/content-differs';
  const differing = parts.find((part, place) => part !== null && !sameTensor(part, found[place]));
  return differing === undefined ? null : partCode(differing);
}

const partCode = ({ name }) => (name.startsWith('embedding/') ? 'chat/embedding-differs' : name.endsWith('/tool_calls') ? 'chat/tool-calls-differ' : 'chat/content-differs');

/** What an upstream said of itself, as the node heard it; null if the text isn't of the one form. */
export function readUpstream(text) {
  const root = text === null || text.length > MAX_WORD ? null : parseObject(encodeUtf8(text), MAX_WORD);
  if (root === null) return null;
  const members = new Members(root);
  const said = name => (members.any(name)?.kind === 'string' ? members.any(name).value : null);
  const digest = name => (/^[0-9a-f]{64}$/.test(said(name) ?? '') ? said(name) : null);
  const attemptNode = members.any('attempt');
  const word = {
    origin: said('origin'), model: said('model'), fingerprint: said('fingerprint'), request_id: said('request_id'),
    certificate: digest('certificate'), sent: digest('sent'), received: digest('received'), attempt: attemptNode?.kind === 'number' ? Number(attemptNode.value) : 0,
  };
  const isAttempt = Number.isInteger(word.attempt) && word.attempt >= 1 && word.attempt <= 0x7fffffff;
  return word.origin !== null && isAttempt && JSON.stringify(word) === text ? word : null;
}

// The name itself, or with a date after it as servers write them, or three digits from 0; a version after one of these.
const dated = /^-(?:20[2-4][0-9]-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[1-9]|1[0-2])-20[2-4][0-9]|(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12][0-9]|3[01])|(?:20)?[2-4][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])|[2-4][0-9](?:0[1-9]|1[0-2])|0[0-9][0-9])(?:-v[0-9]{1,3})?$/;
export function fits(asked, answered) {
  if (!answered.startsWith(asked)) return false;
  const rest = answered.slice(asked.length);
  return rest === '' || dated.test(rest) || (/-[0-9]{3,}$/.test(asked) && /^-v[0-9]{1,3}$/.test(rest));
}

/** Whether an upstream says that the model answered which was asked for. */
export function checkUpstream(claims, checks) {
  const code = 'upstream/model';
  const gateway = claims.get('parties.gateway');
  if (gateway.disclosed && gateway.value === null) {
    checks.pass(code);
    return;
  }
  if (!gateway.disclosed || !claims.get('model.name').disclosed || !claims.get('request.mutations').disclosed) {
    checks.skip(code, 'claims/redacted');
    return;
  }
  const said = readUpstream(gateway.value)?.model ?? null;
  const sent = sentModel(claims);
  if (said === null || sent === null) checks.skip(code, 'upstream/unknown');
  else checks.set(code, fits(sent, said) ? null : 'upstream/model-differs');
}

/** A node may call a model by another name there, and says so; after a failover by yet another one. */
export function sentModel(claims) {
  const renamed = claims.value('request.mutations')?.findLast(text => text.startsWith('changed model '));
  if (renamed === undefined) return claims.value('model.name');
  const text = renamed.slice('changed model '.length);
  const node = encodeUtf8(text).length <= MAX_NAME ? parseNode(text) : null;
  return node?.kind === 'string' ? node.value : null;
}
