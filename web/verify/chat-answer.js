// Answers of OpenAI's dialects, whole or put together from a stream's transcript (spec/chat.md, "Answer" and "Stream").
import { attempt, decodeUtf8, encodeUtf8 } from './bytes.js';
import { Members, base64Bytes, parseNode, unreadable } from './chat-json.js';

const MAX_ANSWER = 64 << 20;
const MAX_EVENT = 4 << 20;
const MAX_CHOICES = 128;
const MAX_CALLS = 1024;
const MAX_EMBEDDINGS = 2048;
const MAX_INT = 0x7fffffff;

/**
 * Reads a body or a transcript, whichever it is: `{ id, model, choices, embeddings, usage, isCut }`, or null. `isCut`: it is a transcript without
 * its end. Where nothing of the answer was sent, id and model are empty.
 */
export function readChatAnswer(kind, bytes) {
  return attempt(() => {
    const text = bytes.length <= MAX_ANSWER ? decodeUtf8(bytes) : null;
    if (text === null) throw unreadable();
    const root = parseNode(text);
    if (kind === 'embedding') return embeddingsOf(objectOf(root));
    const isTranscript = root?.kind !== 'object' || (text.endsWith('\n') && isEvent(new Members(root)));
    return isTranscript ? transcriptOf(kind, text) : wholeOf(kind, new Members(root));
  }).value;
}

function isEvent(members) {
  if (members.any('error') !== null) return true;
  const choices = members.any('choices');
  if (choices?.kind === 'array') for (const choice of choices.items()) if (new Members(choice).any('delta') !== null) return true;
  return false;
}

function objectOf(node) {
  if (node?.kind !== 'object') throw unreadable();
  return new Members(node);
}

function named(members, name) {
  const text = members.text(name);
  if (text === null || text === '') throw unreadable();
  return text;
}

function indexOf(members, below) {
  const index = count(members, 'index');
  if (index === null || index >= below) throw unreadable();
  return index;
}

function listOf(members, name, most) {
  const list = members.list(name, most);
  if (list.length < 1) throw unreadable();
  return list;
}

/** Puts the items of a list at their indexes, each of which is there once. */
function placed(list, read) {
  const items = new Array(list.length).fill(null);
  for (const node of list) {
    const members = new Members(node);
    const index = indexOf(members, list.length);
    if (items[index] !== null) throw unreadable();
    items[index] = read(members);
  }
  return items;
}

const count = (members, name) => {
  const node = members.of(name, 'number');
  if (node !== null && !(/^[0-9]{1,10}$/.test(node.value) && Number(node.value) <= MAX_INT)) throw unreadable();
  return node === null ? null : Number(node.value);
};

function usageOf(members) {
  const node = members.object('usage');
  if (node === null) return null;
  const usage = new Members(node);
  const [prompt, completion, total] = ['prompt_tokens', 'completion_tokens', 'total_tokens'].map(name => count(usage, name));
  if (prompt === null || (total !== null && total !== prompt + (completion ?? 0))) throw unreadable();
  return `{"prompt_tokens":${prompt},"completion_tokens":${completion ?? 0},"total_tokens":${prompt + (completion ?? 0)}}`;
}

/** What a client might act on, and nothing binds by itself. */
function checkUnbound(members) {
  if (members.any('audio') !== null || members.any('function_call') !== null) throw unreadable();
}

/** Each token, and its logprob's raw text, one after the other. */
function logprobsOf(kind, members) {
  const node = members.object('logprobs');
  if (node === null) return [];
  const inner = new Members(node);
  const texts = [];
  const add = (token, value, isNullable) => {
    if (token?.kind !== 'string' || !(value?.kind === 'number' || (isNullable && value?.kind === 'null'))) throw unreadable();
    texts.push(token.value, value.raw);
  };
  if (kind === 'completion') {
    const values = inner.items('token_logprobs')[Symbol.iterator]();
    for (const token of inner.items('tokens')) add(token, values.next().value, true);
    if (!values.next().done) throw unreadable();
    return texts;
  }
  for (const name of ['content', 'refusal']) {
    for (const item of inner.items(name)) {
      const entry = new Members(item);
      add(entry.any('token'), entry.any('logprob'), false);
    }
  }
  return texts;
}

const isFunction = members => [null, 'function'].includes(members.text('type'));

function callOf(node) {
  const members = new Members(node);
  const fn = new Members(members.object('function'));
  if (!isFunction(members)) throw unreadable();
  return { id: named(members, 'id'), name: named(fn, 'name'), arguments: fn.text('arguments') ?? '' };
}

function choiceOf(kind, members) {
  const finish = members.text('finish_reason') ?? '';
  const logprobs = logprobsOf(kind, members);
  if (kind === 'completion') return { content: members.text('text') ?? '', refusal: '', reasoning: '', calls: [], logprobs, finish };
  const node = members.object('message');
  if (node === null) throw unreadable();
  const message = new Members(node);
  checkUnbound(message);
  const calls = message.list('tool_calls', MAX_CALLS);
  return {
    content: message.text('content') ?? '', refusal: message.text('refusal') ?? '', reasoning: message.text('reasoning_content') ?? '', calls: calls.map(callOf), logprobs, finish,
  };
}

function wholeOf(kind, members) {
  const choices = placed(listOf(members, 'choices', MAX_CHOICES), item => choiceOf(kind, item));
  return { id: named(members, 'id'), model: named(members, 'model'), choices, embeddings: [], usage: usageOf(members), isCut: false };
}

function vectorOf(members) {
  const node = members.any('embedding');
  if (node?.kind === 'string') {
    const bytes = base64Bytes(node.value);
    if (bytes.length === 0 || bytes.length % 4 !== 0) throw unreadable();
    return bytes;
  }
  if (node?.kind !== 'array') throw unreadable();
  let length = 0;
  for (const { kind } of node.items()) {
    if (kind !== 'number') throw unreadable();
    length++;
  }
  if (length === 0) throw unreadable();
  const view = new DataView(new ArrayBuffer(4 * length));
  let at = 0;
  for (const { raw } of node.items()) {
    // By way of a double, as every language can.
    const number = Math.fround(Number(raw));
    if (!Number.isFinite(number)) throw unreadable();
    view.setFloat32(at, number, true);
    at += 4;
  }
  return new Uint8Array(view.buffer);
}

function embeddingsOf(members) {
  const embeddings = placed(listOf(members, 'data', MAX_EMBEDDINGS), vectorOf);
  return { id: members.text('id') ?? '', model: named(members, 'model'), choices: [], embeddings, usage: usageOf(members), isCut: false };
}

/** A choice while its pieces are put together: a finish reason of null, until it has one. */
const emptyChoice = () => ({ content: '', refusal: '', reasoning: '', calls: [], logprobs: [], finish: null });

function transcriptOf(kind, text) {
  if (!text.endsWith('\n')) throw unreadable();
  const answer = { id: '', model: '', choices: [], embeddings: [], usage: null, isCut: true };
  let isBroken = false;
  for (let at = 0, end = text.indexOf('\n'); end >= 0; at = end + 1, end = text.indexOf('\n', at)) {
    const line = text.slice(at, end);
    if (!answer.isCut || isBroken) throw unreadable();
    if (line === '[DONE]') {
      answer.isCut = false;
      continue;
    }
    if (line.length > MAX_EVENT || (line.length > MAX_EVENT / 3 && encodeUtf8(line).length > MAX_EVENT)) throw unreadable();
    const members = objectOf(parseNode(line));
    if (members.any('error') !== null) isBroken = true;
    else addEvent(kind, answer, members);
  }
  if (answer.id === '' && !isBroken) throw unreadable();
  for (const choice of answer.choices) choice.finish ??= '';
  return answer;
}

function addEvent(kind, answer, members) {
  const [id, model] = [named(members, 'id'), named(members, 'model')];
  if (answer.id !== '' && (answer.id !== id || answer.model !== model)) throw unreadable();
  Object.assign(answer, { id, model });
  for (const node of members.items('choices')) {
    const item = new Members(node);
    const index = indexOf(item, MAX_CHOICES);
    while (answer.choices.length <= index) answer.choices.push(emptyChoice());
    addPiece(kind, answer.choices[index], item);
  }
  const usage = usageOf(members);
  if (usage !== null && answer.usage !== null) throw unreadable();
  answer.usage ??= usage;
}

function addPiece(kind, choice, item) {
  if (choice.finish !== null) throw unreadable();
  if (kind === 'completion') {
    choice.content += item.text('text') ?? '';
  } else {
    const node = item.object('delta');
    if (node === null) throw unreadable();
    const delta = new Members(node);
    checkUnbound(delta);
    choice.content += delta.text('content') ?? '';
    choice.refusal += delta.text('refusal') ?? '';
    choice.reasoning += delta.text('reasoning_content') ?? '';
    for (const fragment of delta.items('tool_calls')) addFragment(choice.calls, new Members(fragment));
  }
  for (const text of logprobsOf(kind, item)) choice.logprobs.push(text);
  choice.finish = item.text('finish_reason');
}

/** The index says which call a fragment belongs to; id and name come with its first one. */
function addFragment(calls, members) {
  const place = indexOf(members, MAX_CALLS);
  const fn = new Members(members.object('function'));
  const [id, name, text] = [members.text('id') ?? '', fn.text('name') ?? '', fn.text('arguments') ?? ''];
  if (!isFunction(members) || place > calls.length) throw unreadable();
  if (place === calls.length) {
    if (id === '' || name === '') throw unreadable();
    calls.push({ id, name, arguments: text });
    return;
  }
  if ((id !== '' && id !== calls[place].id) || (name !== '' && name !== calls[place].name)) throw unreadable();
  calls[place].arguments += text;
}

/** Calls as an output part has them. */
export const callsText = calls => JSON.stringify(calls.map(call => ({ id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } })));

/** The output parts that a receipt binds. */
export function partsOf({ choices, embeddings }) {
  const texts = choices.flatMap(({ content, refusal, reasoning, calls }, i) =>
    Object.entries({ content, refusal, reasoning, tool_calls: calls.length === 0 ? '' : callsText(calls) })
      .filter(([, text]) => text !== '').map(([name, text]) => ({ name: `choice/${i}/${name}`, datatype: 'TEXT', shape: [], data: encodeUtf8(text) })));
  return [...texts, ...embeddings.map((data, i) => ({ name: `embedding/${i}`, datatype: 'FP32', shape: [data.length / 4], data }))];
}
