// Requests of OpenAI's chat, completion and embedding dialects, read as strictly as a node reads them (spec/chat.md, "Request").
import { attempt } from './bytes.js';
import { Members, base64Bytes, bytesOf, parseObject, unreadable } from './chat-json.js';
import { readAsked } from './chat-parameters.js';

const MAX_BODY = 16 << 20;
const MAX_MESSAGES = 2048;
const MAX_TOOLS = 128;

const KINDS = { 'openai-chat/v1': 'chat', 'openai-completions/v1': 'completion', 'openai-embeddings/v1': 'embedding' };
const OURS = ['model', 'stream', 'stream_options', 'verification', 'continues', 'application'];
const SAMPLING = ['frequency_penalty', 'logit_bias', 'logprobs', 'max_tokens', 'min_p', 'n', 'presence_penalty', 'seed', 'stop', 'temperature', 'top_k', 'top_p'];
const READ = {
  chat: new Set([...OURS, ...SAMPLING, 'messages', 'max_completion_tokens', 'parallel_tool_calls', 'reasoning_effort', 'response_format', 'tool_choice', 'tools', 'top_logprobs']),
  completion: new Set([...OURS, ...SAMPLING, 'prompt', 'echo']),
  embedding: new Set([...OURS, 'input', 'dimensions', 'encoding_format']),
};
const isText = ({ kind }) => kind === 'string';
/** Accepted by OpenAI's clients, and in no form that has an effect. */
const HARMLESS = {
  user: isText,
  metadata: ({ kind }) => kind === 'object',
  store: ({ kind, value }) => kind === 'boolean' && !value,
  safety_identifier: isText,
  prompt_cache_key: isText,
  service_tier: ({ kind, value }) => kind === 'string' && ['auto', 'default'].includes(value),
  verbosity: ({ kind, value }) => kind === 'string' && value === 'medium',
};
const NAMES = { chat: 'messages', completion: 'prompt', embedding: 'input' };
const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'];

/** The dialect of a protocol, or null. */
export const chatKind = protocol => (Object.hasOwn(KINDS, protocol ?? '') ? KINDS[protocol] : null);

/** A request as it says itself, or null if it can't be read. */
export function readChatRequest(kind, body) {
  return attempt(() => {
    const root = parseObject(body, MAX_BODY);
    if (root === null) throw unreadable();
    const members = new Members(root);
    for (const [name, node] of root.entries()) {
      if (node.kind !== 'null' && !READ[kind].has(name) && !(Object.hasOwn(HARMLESS, name) && HARMLESS[name](node))) throw unreadable();
    }
    const model = members.text('model');
    if (model === null || model === '') throw unreadable();
    checkStream(members);
    const continued = members.text('continues');
    if (continued !== null && !/^[0-9a-f]{64}$/i.test(continued)) throw unreadable();
    const application = members.text('application');
    if (application !== null && !/^[a-z0-9][a-z0-9._-]{0,63}$/.test(application)) throw unreadable();
    const isChat = kind === 'chat';
    const { messages, attachments } = readMessages(kind, members);
    const tools = isChat ? members.array('tools') : null;
    if (tools !== null) checkTools(members.list('tools', MAX_TOOLS));
    return {
      kind, model, messages, attachments, continued, application,
      tools: tools === null ? null : bytesOf(tools),
      format: isChat ? members.object('response_format')?.raw ?? null : null,
      verification: members.any('verification'),
      ...readAsked(kind, members),
    };
  }).value;
}

function checkStream(members) {
  const stream = members.flag('stream') ?? false;
  const options = members.object('stream_options');
  if (options === null) return;
  const inner = new Members(options);
  inner.flag('include_usage');
  inner.flag('include_obfuscation');
  if (!stream || [...options.value.keys()].some(name => !['include_usage', 'include_obfuscation'].includes(name))) throw unreadable();
}

function readMessages(kind, members) {
  const value = members.any(NAMES[kind]);
  const isList = value?.kind === 'array';
  const list = isList ? members.list(NAMES[kind], MAX_MESSAGES) : [value];
  if (value === null || (kind === 'chat' && !isList) || list.length === 0) throw unreadable();
  const attachments = [];
  const messages = list.map(item => {
    if (kind === 'chat') return readMessage(item, attachments);
    if (item.kind !== 'string') throw unreadable();
    return { role: kind === 'completion' ? 'prompt' : 'input', raw: bytesOf(item) };
  });
  return { messages, attachments };
}

function readMessage(item, attachments) {
  if (item.kind !== 'object') throw unreadable();
  const inner = new Members(item);
  const role = inner.any('role');
  if (role?.kind !== 'string' || !ROLES.includes(role.value)) throw unreadable();
  const content = inner.any('content');
  if (content === null ? role.value !== 'assistant' : !['string', 'array'].includes(content.kind)) throw unreadable();
  if (content?.kind === 'array') for (const part of content.items()) readPart(part, attachments);
  return { role: role.value, raw: bytesOf(item) };
}

function readPart(part, attachments) {
  if (part.kind !== 'object') throw unreadable();
  const inner = new Members(part);
  const within = (name, member) => new Members(inner.any(name)).any(member);
  const type = inner.any('type')?.value;
  if (type === 'text' || type === 'refusal') {
    if (inner.any(type)?.kind !== 'string') throw unreadable();
  } else if (type === 'image_url') attachments.push(contentOf(within('image_url', 'url'), true));
  else if (type === 'input_audio') attachments.push(contentOf(within('input_audio', 'data'), false));
  else if (type === 'file') attachments.push(contentOf(within('file', 'file_data'), true));
  else throw unreadable();
}

/** Whoever answers a link decides what was asked, so there are none. */
function contentOf(node, isUrl) {
  const marker = ';base64,';
  if (node?.kind !== 'string') throw unreadable();
  const at = isUrl && /^data:/i.test(node.value) ? node.value.indexOf(marker) : -1;
  if (isUrl && at < 0) throw unreadable();
  return base64Bytes(isUrl ? node.value.slice(at + marker.length) : node.value);
}

function checkTools(list) {
  const names = new Set();
  for (const tool of list) {
    const outer = new Members(tool);
    const type = outer.any('type');
    const fn = outer.any('function');
    if (tool.kind !== 'object' || type?.kind !== 'string' || type.value !== 'function' || fn?.kind !== 'object') throw unreadable();
    const inner = new Members(fn);
    const name = inner.text('name') ?? '';
    inner.text('description');
    inner.object('parameters');
    inner.flag('strict');
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(name) || names.has(name)) throw unreadable();
    names.add(name);
  }
}
