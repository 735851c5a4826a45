// Cases of OpenAI's official client against a node with a real language model, all in one process. The node's address comes on standard
// input; a line of JSON for each case goes out: {"name","error"}. The model knows nothing but letters: what is looked at is form.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import OpenAI from 'openai';

const baseURL = readFileSync(0, 'utf8').trim();
const client = new OpenAI({ baseURL, apiKey: 'sk-nothing', maxRetries: 0 });
const model = 'kjv';
const user = content => [{ role: 'user', content }];
const asked = { model, messages: user('And God said'), max_tokens: 12 };
const text = completion => completion.choices[0].message.content;
const collect = async stream => { const all = []; for await (const item of stream) all.push(item); return all; };
const said = (chunks, index = 0) => chunks.flatMap(chunk => chunk.choices.filter(choice => choice.index === index).map(choice => choice.delta?.content ?? choice.text ?? '')).join('');
const chat = (more, options) => client.chat.completions.create({ ...asked, ...more }, options);
const stream = async more => collect(await chat({ ...more, stream: true }));
const fails = async (work, type, more = {}) => {
  const error = await work().then(() => assert.fail('nothing was thrown'), e => e);
  assert.ok(error instanceof type, `${error?.constructor?.name}: ${error}`);
  for (const [name, value] of Object.entries(more)) assert.equal(error[name], value, name);
  return error;
};
const tool = (name, strict) => ({ type: 'function', function: { name, description: 'x', strict, parameters: { type: 'object', properties: { book: { type: 'string', maxLength: 8 }, verse: { type: 'integer' } }, required: ['book', 'verse'], additionalProperties: false } } });
// Each letter is a token, and there are 512 of them.
const small = name => ({ type: 'function', function: { name, parameters: { type: 'object', properties: { t: { type: 'string', maxLength: 8 } }, required: ['t'] } } });
const schema = { type: 'json_schema', json_schema: { name: 'verse', strict: true, schema: { type: 'object', properties: { book: { type: 'string', maxLength: 10 }, chapter: { type: 'integer' }, said: { enum: ['yes', 'no'] } }, required: ['book', 'chapter', 'said'], additionalProperties: false } } };
const isVerse = value => { assert.deepEqual(Object.keys(value), ['book', 'chapter', 'said']); assert.ok(Number.isInteger(value.chapter) && ['yes', 'no'].includes(value.said)); };
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const cases = {
  'chat': async () => {
    const { data: answer, response } = await chat({}).withResponse();
    assert.ok(text(answer).length >= 6);
    assert.equal(answer.choices[0].finish_reason, 'length');
    assert.equal(answer.usage.completion_tokens, 12);
    assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + 12);
    assert.equal(answer.id, 'chatcmpl-' + response.headers.get('assay-receipt'));
    assert.match(answer.system_fingerprint, /^fp_[0-9a-f]{16}$/);
  },
  'the same seed': async () => assert.equal(text(await chat({ seed: 5 })), text(await chat({ seed: 5 }))),
  'another seed': async () => assert.notEqual(text(await chat({ seed: 5, max_tokens: 40 })), text(await chat({ seed: 6, max_tokens: 40 }))),
  'no seed is another each time': async () => assert.notEqual(text(await chat({ max_tokens: 60 })), text(await chat({ max_tokens: 60 }))),
  'greedy': async () => assert.equal(text(await chat({ temperature: 0, seed: 1 })), text(await chat({ temperature: 0, seed: 2 }))),
  'one candidate is greedy': async () => assert.equal(text(await chat({ top_k: 1, seed: 1 })), text(await chat({ temperature: 0 }))),
  'nearly no nucleus is greedy': async () => assert.equal(text(await chat({ top_p: 0.000001, seed: 1 })), text(await chat({ temperature: 0 }))),
  'streamed or whole': async () => assert.equal(said(await stream({ seed: 9, max_tokens: 50 })), text(await chat({ seed: 9, max_tokens: 50 }))),
  'stream, its form': async () => {
    const chunks = await stream({});
    assert.equal(chunks[0].choices[0].delta.role, 'assistant');
    assert.equal(chunks.at(-1).choices[0].finish_reason, 'length');
    assert.ok(chunks.every(chunk => chunk.id === chunks[0].id && chunk.model === model && chunk.usage === undefined));
  },
  'stream with usage': async () => {
    const chunks = await stream({ stream_options: { include_usage: true } });
    assert.deepEqual([chunks.at(-1).choices, chunks.at(-1).usage.completion_tokens], [[], 12]);
  },
  'stream helper': async () => {
    const pieces = [];
    const runner = client.chat.completions.stream({ ...asked, seed: 3 }).on('content', piece => pieces.push(piece));
    assert.equal(await runner.finalContent(), pieces.join(''));
    assert.equal(pieces.join(''), text(await chat({ seed: 3 })));
  },
  'the newer limit': async () => assert.equal((await client.chat.completions.create({ model, messages: asked.messages, max_completion_tokens: 7 })).usage.completion_tokens, 7),
  'roles and turns': async () => {
    const answer = await chat({ messages: [{ role: 'system', content: 'Speak.' }, { role: 'developer', content: 'Briefly.' }, { role: 'user', content: 'In the' }, { role: 'assistant', content: 'beginning' }, { role: 'user', content: [{ type: 'text', text: 'And ' }, { type: 'text', text: 'then?' }] }] });
    assert.equal(answer.usage.completion_tokens, 12);
  },
  'all of Unicode in': async () => assert.equal((await chat({ messages: user('ä漢😀\n"\\\u2028') })).usage.completion_tokens, 12),
  'three choices': async () => {
    const answer = await chat({ n: 3, max_tokens: 40, seed: 2 });
    assert.deepEqual(answer.choices.map(choice => choice.index), [0, 1, 2]);
    assert.equal(new Set(answer.choices.map(choice => choice.message.content)).size, 3);
    assert.equal(answer.usage.completion_tokens, 120);
  },
  'the first of several is the only one': async () => assert.equal(text(await chat({ n: 3, seed: 2 })), text(await chat({ seed: 2 }))),
  'two choices, streamed': async () => {
    const chunks = await stream({ n: 2, seed: 4 });
    assert.deepEqual([said(chunks, 0), said(chunks, 1)], (await chat({ n: 2, seed: 4 })).choices.map(choice => choice.message.content));
  },
  'a stop text': async () => {
    const whole = text(await chat({ temperature: 0, max_tokens: 80 })), stop = whole.slice(30, 33);
    const answer = await chat({ temperature: 0, max_tokens: 80, stop: [stop, '\u0001'] });
    assert.equal(text(answer), whole.slice(0, whole.indexOf(stop)));
    assert.equal(answer.choices[0].finish_reason, 'stop');
  },
  'a stop text, streamed': async () => {
    const whole = text(await chat({ temperature: 0, max_tokens: 80 })), stop = whole.slice(30, 33);
    const chunks = await stream({ temperature: 0, max_tokens: 80, stop });
    assert.equal(said(chunks), whole.slice(0, whole.indexOf(stop)));
    assert.equal(chunks.at(-1).choices[0].finish_reason, 'stop');
  },
  'logprobs': async () => {
    const answer = await chat({ logprobs: true, top_logprobs: 3, temperature: 0 }), content = answer.choices[0].logprobs.content;
    assert.equal(content.length, 12);
    assert.equal(content.map(item => item.token).join(''), text(answer));
    assert.ok(content.every(item => item.logprob <= 0 && item.top_logprobs.length === 3 && item.top_logprobs[0].token === item.token && item.top_logprobs[0].logprob >= item.top_logprobs[1].logprob));
    assert.deepEqual(content[0].bytes, [...Buffer.from(content[0].token)]);
  },
  'logprobs, streamed': async () => {
    const chunks = await stream({ logprobs: true, top_logprobs: 1 });
    assert.equal(chunks.flatMap(chunk => chunk.choices[0].logprobs?.content ?? []).length, 12);
  },
  'a bias': async () => assert.equal(text(await chat({ logit_bias: { 122: 100 }, max_tokens: 5 })), 'zzzzz'),
  'penalties': async () => {
    const plain = text(await chat({ temperature: 0, max_tokens: 40 })), penalised = text(await chat({ temperature: 0, max_tokens: 40, frequency_penalty: 2, presence_penalty: 2 }));
    assert.ok(new Set(penalised).size > new Set(plain).size);
  },
  'schema, parsed': async () => isVerse((await client.chat.completions.parse({ ...asked, max_tokens: 90, response_format: schema })).choices[0].message.parsed),
  'schema, in the stream helper': async () => isVerse(JSON.parse(await client.chat.completions.stream({ ...asked, max_tokens: 90, response_format: schema }).finalContent())),
  'schema, two choices': async () => (await chat({ n: 2, max_tokens: 90, response_format: schema })).choices.forEach(choice => isVerse(JSON.parse(choice.message.content))),
  'schema that doesn\'t fit': async () => { await fails(() => client.chat.completions.parse({ ...asked, max_tokens: 8, response_format: schema }), OpenAI.LengthFinishReasonError ?? Error); },
  'schema with what isn\'t applied': async () => { await fails(() => chat({ response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'string', pattern: '^a' } } } }), OpenAI.BadRequestError, { code: 'chat/unsupported-parameter' }); },
  'any JSON': async () => assert.equal(typeof JSON.parse(text(await chat({ max_tokens: 60, response_format: { type: 'json_object' } }))), 'object'),
  'a call that must be': async () => {
    const choice = (await chat({ max_tokens: 90, tools: [small('find'), small('say')], tool_choice: 'required' })).choices[0];
    assert.deepEqual([choice.finish_reason, choice.message.content, choice.message.tool_calls.length], ['tool_calls', null, 1]);
    assert.ok(['find', 'say'].includes(choice.message.tool_calls[0].function.name));
    assert.equal(typeof JSON.parse(choice.message.tool_calls[0].function.arguments).t, 'string');
  },
  'a call by name, streamed': async () => {
    const calls = (await client.chat.completions.stream({ ...asked, max_tokens: 90, tools: [small('find'), small('say')], tool_choice: { type: 'function', function: { name: 'say' } } }).finalChatCompletion()).choices[0].message.tool_calls;
    assert.deepEqual([calls[0].function.name, Object.keys(JSON.parse(calls[0].function.arguments))], ['say', ['t']]);
    assert.match(calls[0].id, /^call_/);
  },
  'a strict call, parsed': async () => assert.ok(Number.isInteger((await client.chat.completions.parse({ ...asked, max_tokens: 90, tools: [tool('find', true)], tool_choice: 'required' })).choices[0].message.tool_calls[0].function.parsed_arguments.verse)),
  'run a tool': async () => {
    let called;
    const runner = client.chat.completions.runTools({
      ...asked, max_tokens: 90, tool_choice: { type: 'function', function: { name: 'find' } },
      tools: [{ type: 'function', function: { name: 'find', description: 'x', parameters: tool('find').function.parameters, parse: JSON.parse, function: found => { called = found; return 'nothing'; } } }],
    });
    await runner.done();
    assert.equal(typeof called.book, 'string');
  },
  'a tool\'s answer': async () => {
    const messages = [...asked.messages, { role: 'assistant', content: null, tool_calls: [{ id: 'call_0', type: 'function', function: { name: 'find', arguments: '{}' } }] }, { role: 'tool', tool_call_id: 'call_0', content: 'Genesis' }];
    assert.equal((await chat({ messages })).usage.completion_tokens, 12);
  },
  'left to itself it calls nothing': async () => {
    const choice = (await chat({ tools: [tool('find')], tool_choice: 'auto' })).choices[0];
    assert.deepEqual([choice.finish_reason, choice.message.tool_calls], ['length', undefined]);
  },
  'completion': async () => {
    const answer = await client.completions.create({ model, prompt: 'And the king said', max_tokens: 10, temperature: 0, echo: true });
    assert.ok(answer.choices[0].text.startsWith('And the king said') && answer.choices[0].text.length > 20);
    assert.equal(answer.usage.completion_tokens, 10);
  },
  'completion, streamed': async () => {
    const request = { model, prompt: 'And the king said', max_tokens: 10, seed: 8 };
    assert.equal(said(await collect(await client.completions.create({ ...request, stream: true }))), (await client.completions.create(request)).choices[0].text);
  },
  'completions of several prompts': async () => assert.equal((await client.completions.create({ model, prompt: ['In the', 'And the'], n: 2, max_tokens: 5 })).choices.length, 4),
  'completion with logprobs': async () => {
    const { logprobs } = (await client.completions.create({ model, prompt: 'And the', logprobs: 2, max_tokens: 6 })).choices[0];
    assert.deepEqual([logprobs.tokens.length, logprobs.token_logprobs.length, logprobs.text_offset[0]], [6, 6, 0]);
  },
  'embeddings': async () => {
    const answer = await client.embeddings.create({ model, input: ['the king', 'the queen'] });
    assert.equal(answer.data.length, 2);
    for (const item of answer.data) assert.ok(Math.abs(item.embedding.reduce((sum, value) => sum + value * value, 0) - 1) < 1e-4 && item.embedding.length === 128);
    assert.notDeepEqual(answer.data[0].embedding, answer.data[1].embedding);
  },
  'embeddings in both spellings': async () => {
    const numbers = (await client.embeddings.create({ model, input: 'the king', encoding_format: 'float' })).data[0].embedding;
    assert.deepEqual((await client.embeddings.create({ model, input: 'the king' })).data[0].embedding, numbers.map(Math.fround));
  },
  'embeddings of another length': async () => { await fails(() => client.embeddings.create({ model, input: 'a', dimensions: 7 }), OpenAI.BadRequestError, { code: 'chat/unsupported-parameter', param: 'dimensions' }); },
  'models': async () => {
    assert.ok((await collect(await client.models.list())).some(item => item.id === model));
    assert.equal((await client.models.retrieve(model)).id, model);
  },
  'a level behind the name': async () => assert.equal((await client.chat.completions.create({ ...asked, model: 'kjv@signed' }).withResponse()).response.headers.get('assay-level-source'), 'request'),
  'a level that can\'t be': async () => { await fails(() => client.chat.completions.create({ ...asked, model: 'kjv@zk' }), OpenAI.UnprocessableEntityError, { code: 'verification_unsatisfiable' }); },
  'unknown model': async () => { await fails(() => chat({ model: 'kjw' }), OpenAI.NotFoundError, { code: 'model_not_found' }); },
  'more tokens than there are': async () => { await fails(() => chat({ max_tokens: 5000 }), OpenAI.BadRequestError, { code: 'chat/too-long', param: 'max_tokens' }); },
  'a prompt that is too long': async () => { await fails(() => chat({ messages: user('word '.repeat(500)) }), OpenAI.BadRequestError, { code: 'chat/too-long', param: 'messages' }); },
  'an image': async () => { await fails(() => chat({ messages: user([{ type: 'image_url', image_url: { url: 'data:image/png;base64,' + png } }]) }), OpenAI.BadRequestError, { code: 'chat/unsupported-parameter' }); },
  'reasoning effort': async () => { await fails(() => chat({ reasoning_effort: 'low' }), OpenAI.BadRequestError, { code: 'chat/unsupported-parameter', param: 'reasoning_effort' }); },
  'a token that there isn\'t': async () => { await fails(() => chat({ logit_bias: { 300: 1 } }), OpenAI.BadRequestError, { code: 'chat/bad-member', param: 'logit_bias' }); },
  'an unknown member': async () => { await fails(() => chat({ temprature: 1 }), OpenAI.BadRequestError, { code: 'chat/unknown-member' }); },
  'leaving by break, then asking again': async () => {
    let count = 0;
    for await (const chunk of await chat({ max_tokens: 300, stream: true })) if (++count === 3) break;
    assert.equal((await chat({})).usage.completion_tokens, 12);
  },
  'leaving by abort': async () => {
    const controller = new AbortController();
    let count = 0;
    for await (const chunk of await chat({ max_tokens: 400, stream: true }, { signal: controller.signal })) if (++count === 2) controller.abort();
    assert.ok(count < 400);
  },
  'eight at once': async () => assert.equal(new Set(await Promise.all(Array.from({ length: 8 }, async () => said(await stream({ seed: 7, max_tokens: 60 }))))).size, 1),
};

const work = Object.entries(cases);
await Promise.all(Array.from({ length: 4 }, async () => {
  for (let item; (item = work.shift());) {
    let error = null;
    try { await item[1](); } catch (e) { error = String(e?.stack ?? e).slice(0, 600); }
    console.log(JSON.stringify({ name: item[0], error }));
  }
}));
