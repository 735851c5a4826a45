// The parameters of chats, as asked and as applied (spec/chat.md, "Parameters as applied").
import { attempt, encodeUtf8 } from './bytes.js';
import { Members, parseObject, unreadable } from './chat-json.js';

const MAX_INT = 0x7fffffff;
const MAX_APPLIED = 1 << 20;

/** In the order in which the leaf has them. */
const NAMES = [
  'echo', 'frequency_penalty', 'logit_bias', 'logprobs', 'max_tokens', 'min_p', 'n', 'parallel_tool_calls', 'presence_penalty', 'reasoning_effort',
  'stop', 'temperature', 'tool_choice', 'top_k', 'top_logprobs', 'top_p',
];
const OF_EMBEDDING = ['dimensions', 'encoding_format'];

/** A number as the C# verifier spells it: mutations quote it. */
function spelt(value) {
  if (Object.is(value, -0)) return '-0';
  if (value === 0 || Math.abs(value) >= 1e-4) return String(value);
  const [mantissa, exponent] = value.toExponential().split('e-');
  return `${mantissa}E-${exponent.padStart(2, '0')}`;
}

const show = (value, spell = String) => (value === null ? null : spell(value));
const quoted = value => JSON.stringify(value);

function biases(members) {
  const node = members.object('logit_bias');
  if (node === null) return null;
  const read = new Map();
  for (const [name, { kind, value }] of node.entries()) {
    const token = /^[0-9]+$/.test(name) ? Number(name) : NaN;
    const bias = kind === 'number' ? Number(value) : NaN;
    if (!(token <= MAX_INT) || !(bias >= -100 && bias <= 100) || read.has(token)) throw unreadable();
    read.set(token, bias);
  }
  return `{${[...read].sort(([a], [b]) => a - b).map(([token, bias]) => `"${token}":${spelt(bias)}`).join(',')}}`;
}

function stops(members) {
  const node = members.any('stop');
  if (node === null) return null;
  const texts = node.kind === 'array' ? node.value : [node];
  if (texts.length > 4 || texts.some(({ kind, value }) => kind !== 'string' || value === '')) throw unreadable();
  return `[${texts.map(({ value }) => quoted(value)).join(',')}]`;
}

/** What requests and the leaf spell alike: the leaf's text of each, or null. */
const common = members => ({
  frequency_penalty: show(members.number('frequency_penalty', -2, 2), spelt),
  logit_bias: biases(members),
  min_p: show(members.number('min_p', 0, 1), spelt),
  n: show(members.whole('n', 1, 128)),
  presence_penalty: show(members.number('presence_penalty', -2, 2), spelt),
  stop: stops(members),
  temperature: show(members.number('temperature', 0, 2), spelt),
  top_k: show(members.whole('top_k', 0, MAX_INT)),
  top_p: show(members.number('top_p', 0, 1), spelt),
});

function ofEmbedding(members) {
  const encoding = members.text('encoding_format');
  if (![null, 'float', 'base64'].includes(encoding)) throw unreadable();
  return { dimensions: show(members.whole('dimensions', 1, 65536)), encoding_format: show(encoding, quoted) };
}

function maxTokens(members, isChat) {
  const old = members.whole('max_tokens', 1, MAX_INT);
  const now = isChat ? members.whole('max_completion_tokens', 1, MAX_INT) : null;
  if (old !== null && now !== null && old !== now) throw unreadable();
  return now ?? old;
}

function toolChoice(members) {
  const node = members.any('tool_choice');
  if (node === null) return null;
  if (node.kind === 'string' && ['none', 'auto', 'required'].includes(node.value)) return node.value;
  const type = node.kind === 'object' ? node.value.get('type') : undefined;
  const name = node.kind === 'object' && type?.kind === 'string' && type.value === 'function' ? new Members(node.value.get('function')).any('name') : null;
  if (name?.kind !== 'string') throw unreadable();
  return `function:${name.value}`;
}

/** The seed of 64 bits, negative ones as their two's complement, or null. */
function seedOf(members) {
  const node = members.of('seed', 'number');
  if (node === null) return null;
  const seed = /^-?[0-9]{1,20}$/.test(node.value) ? BigInt(node.value) : null;
  if (seed === null || seed < -(2n ** 63n) || seed >= 2n ** 64n) throw unreadable();
  return BigInt.asUintN(64, seed);
}

function checkFormat(members) {
  const format = members.object('response_format');
  if (format === null) return;
  const type = format.value.get('type');
  const name = new Members(new Members(format).any('json_schema')).any('name');
  const isSchema = type?.value === 'json_schema';
  if (type?.kind !== 'string' || !['text', 'json_object', 'json_schema'].includes(type.value) || isSchema !== (name?.kind === 'string')) throw unreadable();
}

/** The parameters of a request. Throws Malformed. */
export function readAsked(kind, members) {
  if (kind === 'embedding') return { asked: ofEmbedding(members), seed: null };
  const isChat = kind === 'chat';
  const count = isChat ? null : members.whole('logprobs', 0, 5);
  const logprobs = isChat ? members.flag('logprobs') : count === null ? null : true;
  const top = isChat ? members.whole('top_logprobs', 0, 20) : count;
  if (isChat && top !== null && logprobs !== true) throw unreadable();
  if (isChat) checkFormat(members);
  return {
    asked: {
      ...common(members),
      echo: isChat ? null : show(members.flag('echo')),
      logprobs: show(logprobs),
      max_tokens: show(maxTokens(members, isChat)),
      parallel_tool_calls: isChat ? show(members.flag('parallel_tool_calls')) : null,
      reasoning_effort: isChat ? show(members.text('reasoning_effort'), quoted) : null,
      tool_choice: isChat ? show(toolChoice(members), quoted) : null,
      top_logprobs: show(top),
    },
    seed: seedOf(members),
  };
}

/** The leaf `request.sampling`: each parameter's text by name, or null if the leaf isn't of its form. */
export function readApplied(kind, text) {
  const root = parseObject(encodeUtf8(text), MAX_APPLIED);
  if (root === null || text.length > MAX_APPLIED) return null;
  const { value: applied } = attempt(() => {
    const members = new Members(root);
    return kind === 'embedding' ? ofEmbedding(members) : {
      ...common(members),
      echo: show(members.flag('echo')),
      logprobs: show(members.flag('logprobs')),
      max_tokens: show(members.whole('max_tokens', 1, MAX_INT)),
      parallel_tool_calls: show(members.flag('parallel_tool_calls')),
      reasoning_effort: show(members.text('reasoning_effort'), quoted),
      tool_choice: show(members.text('tool_choice'), quoted),
      top_logprobs: show(members.whole('top_logprobs', 0, 20)),
    };
  });
  if (applied === null) return null;
  const there = namesOf(kind).filter(name => applied[name] !== null);
  const said = [...root.value.keys()];
  return there.length === said.length && there.every((name, i) => name === said[i]) ? applied : null;
}

const namesOf = kind => (kind === 'embedding' ? OF_EMBEDDING : NAMES);

/** What a dialect applies of itself where nothing is asked for. */
const DEFAULTS = {
  echo: 'false', encoding_format: '"float"', frequency_penalty: '0', logprobs: 'false', min_p: '0', n: '1', presence_penalty: '0', temperature: '1', top_k: '0', top_logprobs: '0', top_p: '1',
};

/** The names of those that weren't asked for and are applied with another value than the dialect's own default. How many dimensions vectors have is the model's affair then. */
export const unasked = (kind, asked, applied) => namesOf(kind).filter(name => asked[name] === null && applied[name] !== null && name !== 'dimensions' && applied[name] !== DEFAULTS[name]);

/** The names of parameters that were asked for and aren't applied with the same value. */
export const differences = (kind, asked, applied) => namesOf(kind).filter(name => asked[name] !== null && asked[name] !== applied[name]);
