// Cases of OpenAI's official client against a node, all in one process. The node's address comes on standard input, and then the names of cases that are left out; a line of JSON
// for each case goes out: {"name","model","error"}.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import OpenAI from 'openai';

const [baseURL, ...without] = readFileSync(0, 'utf8').trim().split('\n');
const client = new OpenAI({ baseURL, apiKey: 'sk-nothing', maxRetries: 0 });
const user = content => [{ role: 'user', content }];
const text = completion => completion.choices[0].message.content;
const collect = async stream => { const all = []; for await (const item of stream) all.push(item); return all; };
const said = (chunks, index = 0) => chunks.flatMap(chunk => chunk.choices.filter(choice => choice.index === index).map(choice => choice.delta?.content ?? choice.text ?? '')).join('');
const fails = async (work, type, more = {}) => {
  const error = await work().then(() => assert.fail('nothing was thrown'), e => e);
  assert.ok(error instanceof type, `${error?.constructor?.name}: ${error}`);
  for (const [name, value] of Object.entries(more)) assert.equal(error[name], value, name);
  return error;
};
const tool = (name, strict) => ({ type: 'function', function: { name, description: 'x', strict, parameters: { type: 'object', properties: { a: { type: 'number' } }, required: ['a'], additionalProperties: false } } });
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const schema = { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: { type: 'object', properties: { answer: { type: 'number' }, why: { type: 'string' } }, required: ['answer', 'why'], additionalProperties: false } } };

const cases = {
  'chat': async model => {
    const answer = await client.chat.completions.create({ model, messages: user('hi') });
    assert.equal(text(answer), 'Hello!');
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.equal(answer.choices[0].message.role, 'assistant');
    assert.deepEqual(answer.usage, { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 });
    assert.match(answer.id, /^chatcmpl-/);
    assert.equal(answer.object, 'chat.completion');
    assert.equal(answer.model, model);
    assert.match(answer.system_fingerprint, /^fp_[0-9a-f]{16}$/);
    assert.ok(Math.abs(answer.created - Date.now() / 1000) < 60);
  },
  'headers and request id': async model => {
    const { data, response, request_id } = await client.chat.completions.create({ model, messages: user('hi') }).withResponse();
    assert.ok(response.headers.get('assay-receipt'));
    assert.equal(data.id, 'chatcmpl-' + response.headers.get('assay-receipt'));
    assert.equal(request_id, response.headers.get('x-request-id'));
    assert.ok(data._request_id);
  },
  'stream, raw loop': async model => {
    const chunks = await collect(await client.chat.completions.create({ model, messages: user('hi'), stream: true }));
    assert.equal(said(chunks), 'Hello!');
    assert.equal(chunks[0].choices[0].delta.role, 'assistant');
    assert.equal(chunks.at(-1).choices[0].finish_reason, 'stop');
    assert.ok(chunks.every(chunk => chunk.id === chunks[0].id && chunk.model === model && chunk.object === 'chat.completion.chunk' && chunk.created === chunks[0].created));
    assert.ok(chunks.every(chunk => chunk.choices.length === 1 && chunk.usage === undefined));
  },
  'stream with usage': async model => {
    const chunks = await collect(await client.chat.completions.create({ model, messages: user('hi'), stream: true, stream_options: { include_usage: true } }));
    assert.deepEqual(chunks.at(-1).choices, []);
    assert.equal(chunks.at(-1).usage.total_tokens, 10);
    assert.ok(chunks.slice(0, -1).every(chunk => chunk.usage === null));
  },
  'stream helper': async model => {
    const pieces = [];
    const runner = client.chat.completions.stream({ model, messages: user('hi') }).on('content', piece => pieces.push(piece));
    assert.equal(await runner.finalContent(), 'Hello!');
    assert.deepEqual(pieces, ['Hel', 'lo', '!']);
    assert.equal((await runner.finalChatCompletion()).choices[0].finish_reason, 'stop');
  },
  'stream helper with usage': async model => {
    const runner = client.chat.completions.stream({ model, messages: user('hi'), stream_options: { include_usage: true } });
    assert.equal((await runner.finalChatCompletion()).usage.total_tokens, 10);
  },
  'stream helper with tools': async model => {
    const runner = client.chat.completions.stream({ model, messages: user('tools'), tools: [tool('add'), tool('weather')] });
    const calls = (await runner.finalChatCompletion()).choices[0].message.tool_calls;
    assert.deepEqual(calls.map(call => [call.id, call.function.name, JSON.parse(call.function.arguments)]), [['call_0', 'add', { a: 1, b: 2 }], ['call_1', 'weather', { city: 'Åbo' }]]);
  },
  'stream helper with a schema': async model => {
    const runner = client.chat.completions.stream({ model, messages: user('json'), response_format: schema });
    assert.deepEqual(JSON.parse(await runner.finalContent()), { answer: 42, why: 'because' });
  },
  'tools at once': async model => {
    const choice = (await client.chat.completions.create({ model, messages: user('tools'), tools: [tool('add'), tool('weather')], parallel_tool_calls: true })).choices[0];
    assert.equal(choice.finish_reason, 'tool_calls');
    assert.equal(choice.message.content, null);
    assert.deepEqual(choice.message.tool_calls.map(call => [call.type, call.id, call.function.arguments]), [['function', 'call_0', '{"a":1,"b":2}'], ['function', 'call_1', '{"city":"Åbo"}']]);
  },
  'tools in fragments': async model => {
    const calls = [];
    for await (const chunk of await client.chat.completions.create({ model, messages: user('tools'), tools: [tool('add')], stream: true })) {
      for (const piece of chunk.choices[0].delta.tool_calls ?? []) {
        if (piece.id) calls[piece.index] = { id: piece.id, name: piece.function.name, arguments: '' };
        calls[piece.index].arguments += piece.function.arguments;
      }
    }
    assert.deepEqual(calls, [{ id: 'call_0', name: 'add', arguments: '{"a":1,"b":2}' }, { id: 'call_1', name: 'weather', arguments: '{"city":"Åbo"}' }]);
  },
  'run tools': async model => {
    let called;
    const runner = client.chat.completions.runTools({
      model, messages: user('one-tool'),
      tools: [{ type: 'function', function: { name: 'add', description: 'x', parameters: { type: 'object', properties: {} }, parse: JSON.parse, function: numbers => { called = numbers; return String(numbers.a + numbers.b); } } }],
    });
    assert.equal(await runner.finalContent(), 'done 3');
    assert.deepEqual(called, { a: 1, b: 2 });
  },
  'run tools, streamed': async model => {
    const runner = client.chat.completions.runTools({
      model, messages: user('one-tool'), stream: true,
      tools: [{ type: 'function', function: { name: 'add', description: 'x', parameters: { type: 'object', properties: {} }, parse: JSON.parse, function: numbers => String(numbers.a + numbers.b) } }],
    });
    assert.equal(await runner.finalContent(), 'done 3');
  },
  'strict tools, parsed': async model => {
    const answer = await client.chat.completions.parse({ model, messages: user('one-tool'), tools: [tool('add', true)] });
    assert.deepEqual(answer.choices[0].message.tool_calls[0].function.parsed_arguments, { a: 1, b: 2 });
  },
  'tool choice by name': async model => {
    const answer = text(await client.chat.completions.create({ model, messages: user('params'), tools: [tool('add')], tool_choice: { type: 'function', function: { name: 'add' } }, parallel_tool_calls: false }));
    assert.deepEqual(JSON.parse(answer.split('|')[0]), { parallel_tool_calls: false, tool_choice: 'function:add' });
  },
  'schema, parsed': async model => {
    const answer = await client.chat.completions.parse({ model, messages: user('json'), response_format: schema });
    assert.deepEqual(answer.choices[0].message.parsed, { answer: 42, why: 'because' });
  },
  'any JSON': async model => assert.equal(JSON.parse(text(await client.chat.completions.create({ model, messages: user('json'), response_format: { type: 'json_object' } }))).answer, 42),
  'cut short while parsed': async model => { await fails(() => client.chat.completions.parse({ model, messages: user('length'), response_format: schema }), OpenAI.LengthFinishReasonError ?? Error); },
  'logprobs': async model => {
    const content = (await client.chat.completions.create({ model, messages: user('hi'), logprobs: true, top_logprobs: 2 })).choices[0].logprobs.content;
    assert.deepEqual(content.map(item => item.token), ['Hel', 'lo', '!']);
    assert.ok(content.every(item => item.logprob === -0.25 && item.top_logprobs.length === 2));
    assert.deepEqual(content[0].bytes, [72, 101, 108]);
  },
  'logprobs, streamed': async model => {
    const chunks = await collect(await client.chat.completions.create({ model, messages: user('hi'), logprobs: true, top_logprobs: 1, stream: true }));
    assert.deepEqual(chunks.flatMap(chunk => chunk.choices[0].logprobs?.content ?? []).map(item => item.token), ['Hel', 'lo', '!']);
  },
  'logprobs in the helper': async model => {
    const answer = await client.chat.completions.stream({ model, messages: user('hi'), logprobs: true }).finalChatCompletion();
    assert.deepEqual(answer.choices[0].logprobs.content.map(item => item.token), ['Hel', 'lo', '!']);
  },
  'three choices': async model => assert.deepEqual((await client.chat.completions.create({ model, messages: user('hi'), n: 3 })).choices.map(choice => [choice.index, choice.message.content]), [[0, 'Hello!'], [1, 'Hello!'], [2, 'Hello!']]),
  'two choices, streamed': async model => {
    const chunks = await collect(await client.chat.completions.create({ model, messages: user('hi'), n: 2, stream: true }));
    assert.deepEqual([said(chunks, 0), said(chunks, 1)], ['Hello!', 'Hello!']);
    assert.equal(chunks.filter(chunk => chunk.choices[0].finish_reason === 'stop').length, 2);
  },
  'two choices in the helper': async model => assert.equal((await client.chat.completions.stream({ model, messages: user('hi'), n: 2 }).finalChatCompletion()).choices.length, 2),
  'parameters': async model => {
    const answer = text(await client.chat.completions.create({ model, messages: user('params'), temperature: 0.25, top_p: 0.5, stop: ['\n', 'END'], seed: 1234567890123, max_completion_tokens: 20, frequency_penalty: -1.5, presence_penalty: 1, logit_bias: { 50256: -100 } }));
    const [json, seed] = answer.split('|');
    assert.deepEqual(JSON.parse(json), { frequency_penalty: -1.5, logit_bias: { 50256: -100 }, max_tokens: 20, presence_penalty: 1, stop: ['\n', 'END'], temperature: 0.25, top_p: 0.5 });
    assert.equal(seed, '1234567890123');
  },
  'one stop text and the old limit': async model => assert.deepEqual(JSON.parse(text(await client.chat.completions.create({ model, messages: user('params'), stop: 'x', max_tokens: 5 })).split('|')[0]), { max_tokens: 5, stop: ['x'] }),
  'members without effect': async model => assert.equal(text(await client.chat.completions.create({ model, messages: user('hi'), user: 'u', store: false, metadata: { a: 'b' }, service_tier: 'auto', safety_identifier: 's', prompt_cache_key: 'k' })), 'Hello!'),
  'roles': async model => assert.equal(text(await client.chat.completions.create({ model, messages: [{ role: 'system', content: 'a' }, { role: 'developer', content: 'b' }, { role: 'user', content: 'c' }, { role: 'assistant', content: 'd' }, { role: 'user', content: [{ type: 'text', text: 'roles' }] }] })), 'system,developer,user,assistant,user'),
  'an image as data': async model => assert.equal(text(await client.chat.completions.create({ model, messages: user([{ type: 'text', text: 'files' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,' + png, detail: 'low' } }]) })), 'image_url:70'),
  'sound and a file': async model => assert.equal(text(await client.chat.completions.create({ model, messages: user([{ type: 'text', text: 'files' }, { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }, { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAAAAAA' } }]) })), 'input_audio:3,file:6'),
  'an image by link': async model => { await fails(() => client.chat.completions.create({ model, messages: user([{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }]) }), OpenAI.BadRequestError, { code: 'chat/remote-content', type: 'invalid_request_error' }); },
  'refusal': async model => {
    const message = (await client.chat.completions.create({ model, messages: user('refuse') })).choices[0].message;
    assert.deepEqual([message.content, message.refusal], [null, "I won't"]);
  },
  'refusal in the helper': async model => assert.equal((await client.chat.completions.stream({ model, messages: user('refuse') }).finalMessage()).refusal, "I won't"),
  'reasoning': async model => {
    const message = (await client.chat.completions.create({ model, messages: user('think') })).choices[0].message;
    assert.deepEqual([message.content, message.reasoning_content], ['yes', 'hm, yes']);
  },
  'cut by length': async model => assert.equal((await client.chat.completions.create({ model, messages: user('length') })).choices[0].finish_reason, 'length'),
  'cut by a filter': async model => assert.equal((await collect(await client.chat.completions.create({ model, messages: user('content_filter'), stream: true }))).at(-1).choices[0].finish_reason, 'content_filter'),
  'all of Unicode': async model => {
    const expected = 'ä漢😀\n"\\\u2028';
    assert.equal(text(await client.chat.completions.create({ model, messages: user('unicode') })), expected);
    assert.equal(said(await collect(await client.chat.completions.create({ model, messages: user('unicode'), stream: true }))), expected);
  },
  'a long stream with progress comments': async model => {
    const chunks = await collect(await client.chat.completions.create({ model, messages: user('long'), stream: true }));
    assert.equal(said(chunks).split(',').length, 301);
    const raw = await (await fetch(baseURL + '/chat/completions', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ model, messages: user('long'), stream: true }) })).text();
    assert.match(raw, /^: assay-stream /);
    assert.match(raw, /\n: assay-progress (64|128|192|256) /);
    assert.match(raw, /data: \[DONE\]\n\n: assay-receipt /);
  },
  'eight at once': async model => {
    const all = await Promise.all(Array.from({ length: 8 }, async () => said(await collect(await client.chat.completions.create({ model, messages: user('long'), stream: true })))));
    assert.equal(new Set(all).size, 1);
  },
  'unknown model': async () => { await fails(() => client.chat.completions.create({ model: 'lokal', messages: user('hi') }), OpenAI.NotFoundError, { status: 404, code: 'model_not_found', param: 'model' }); },
  'unknown model, streamed': async () => { await fails(() => client.chat.completions.create({ model: 'nothing', messages: user('hi'), stream: true }), OpenAI.NotFoundError, { code: 'model_not_found' }); },
  'a value out of range': async model => { await fails(() => client.chat.completions.create({ model, messages: user('hi'), temperature: 3 }), OpenAI.BadRequestError, { status: 400, code: 'chat/bad-member', param: 'temperature', type: 'invalid_request_error' }); },
  'an unknown member': async model => { await fails(() => client.chat.completions.create({ model, messages: user('hi'), temprature: 1 }), OpenAI.BadRequestError, { code: 'chat/unknown-member', param: 'temprature' }); },
  'an unsupported member': async model => { await fails(() => client.chat.completions.create({ model, messages: user('hi'), modalities: ['audio'] }), OpenAI.BadRequestError, { code: 'chat/unsupported-parameter' }); },
  'no messages': async model => { await fails(() => client.chat.completions.create({ model, messages: [] }), OpenAI.BadRequestError, { param: 'messages' }); },
  'an error has a request id': async model => { assert.match((await fails(() => client.chat.completions.create({ model, messages: [] }), OpenAI.BadRequestError)).requestID, /^req_/); },
  'busy': async model => { await fails(() => client.chat.completions.create({ model, messages: user('always-busy') }), OpenAI.RateLimitError, { status: 429, type: 'rate_limit_error' }); },
  'busy, streamed': async model => { await fails(() => client.chat.completions.create({ model, messages: user('always-busy'), stream: true }), OpenAI.RateLimitError); },
  'down': async model => { const error = await fails(() => client.chat.completions.create({ model, messages: user('down') }), OpenAI.InternalServerError, { type: 'server_error' }); assert.ok(error.status >= 500); },
  'a retry after a wait': async model => {
    const name = 'busy-once ' + model;
    const began = Date.now();
    assert.equal(text(await client.chat.completions.create({ model, messages: user(name) }, { maxRetries: 2 })), 'Hello!');
    assert.ok(Date.now() - began >= 900, 'it waited as Retry-After says');
    assert.equal(text(await client.chat.completions.create({ model, messages: user('asked ' + name) })), '2');
  },
  'no retry where the node says so': async model => {
    const name = 'hang ' + model;
    const error = await fails(() => client.chat.completions.create({ model, messages: user(name) }, { maxRetries: 2 }), OpenAI.InternalServerError, { code: 'chat/first-token-timeout' });
    assert.equal(error.headers.get('x-should-retry'), 'false');
    assert.equal(text(await client.chat.completions.create({ model, messages: user('asked ' + name) })), '1');
  },
  'an error on the way, raw loop': async model => {
    const seen = [];
    const error = await fails(async () => { for await (const chunk of await client.chat.completions.create({ model, messages: user('break'), stream: true })) seen.push(chunk); }, OpenAI.OpenAIError);
    assert.equal(said(seen), 'so far');
    assert.match(String(error.code), /^(backend|upstream)\//);
  },
  'an error on the way, helper': async model => { await fails(() => client.chat.completions.stream({ model, messages: user('break') }).finalContent(), OpenAI.OpenAIError); },
  'an error on the way, not streamed': async model => { await fails(() => client.chat.completions.create({ model, messages: user('break') }), OpenAI.InternalServerError, { status: 502 }); },
  'leaving by break': async model => {
    let count = 0;
    for await (const chunk of await client.chat.completions.create({ model, messages: user('slow'), stream: true })) if (++count === 5) break;
    assert.equal(count, 5);
  },
  'leaving by abort': async model => {
    const controller = new AbortController();
    const stream = await client.chat.completions.create({ model, messages: user('slow'), stream: true }, { signal: controller.signal });
    let count = 0;
    for await (const chunk of stream) if (++count === 3) controller.abort();
    assert.ok(count < 20);
  },
  'leaving the helper': async model => {
    const runner = client.chat.completions.stream({ model, messages: user('slow') });
    runner.once('content', () => runner.abort());
    await fails(() => runner.done(), OpenAI.APIUserAbortError);
  },
  'models': async model => {
    const list = await collect(await client.models.list());
    const found = list.find(item => item.id === model);
    assert.equal(found.object, 'model');
    assert.equal(typeof found.created, 'number');
    assert.ok(found.owned_by);
    assert.equal((await client.models.retrieve(model)).id, model);
    await fails(() => client.models.retrieve('nothing'), OpenAI.NotFoundError);
  },
  'completion': async model => {
    const answer = await client.completions.create({ model, prompt: 'hi' });
    assert.equal(answer.choices[0].text, 'Hello!');
    assert.equal(answer.object, 'text_completion');
    assert.match(answer.id, /^cmpl-/);
    assert.equal(answer.usage.total_tokens, 10);
  },
  'completion, streamed': async model => assert.equal(said(await collect(await client.completions.create({ model, prompt: 'hi', stream: true }))), 'Hello!'),
  'completions of several prompts': async model => assert.equal((await client.completions.create({ model, prompt: ['hi', 'ho'], n: 2 })).choices.length, 4),
  'completion with logprobs': async model => {
    const logprobs = (await client.completions.create({ model, prompt: 'hi', logprobs: 1 })).choices[0].logprobs;
    assert.deepEqual(logprobs.tokens, ['Hel', 'lo', '!']);
    assert.deepEqual(logprobs.text_offset, [0, 3, 5]);
    assert.deepEqual(logprobs.token_logprobs, [-0.25, -0.25, -0.25]);
  },
  'embedding as the client asks by itself': async model => {
    const answer = await client.embeddings.create({ model, input: 'abc' });
    assert.deepEqual(answer.data[0].embedding, [0.5, -1, Math.fround(0.1), 3]);
    assert.equal(answer.object, 'list');
    assert.equal(answer.usage.prompt_tokens, 7);
  },
  'embeddings as numbers': async model => assert.deepEqual((await client.embeddings.create({ model, input: ['a', 'b'], encoding_format: 'float' })).data.map(item => [item.index, item.embedding[0]]), [[0, 0.5], [1, 1.5]]),
  'embeddings as base64': async model => {
    const answer = await client.embeddings.create({ model, input: 'a', encoding_format: 'base64' });
    assert.equal(Buffer.from(answer.data[0].embedding, 'base64').readFloatLE(4), -1);
  },
};

const work = Object.entries(cases).filter(([name]) => !without.includes(name)).flatMap(([name, run]) => ['local', 'remote'].map(model => ({ name, model, run })));
// A few at a time: most of the time of a case is somebody else's.
await Promise.all(Array.from({ length: 6 }, async () => {
  for (let item; (item = work.shift());) {
    let error = null;
    try { await item.run(item.model); } catch (e) { error = String(e?.stack ?? e).slice(0, 600); }
    console.log(JSON.stringify({ name: item.name, model: item.model, error }));
  }
}));
