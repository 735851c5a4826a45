// Answers made to hurt: many small values take little more memory than their bytes, and the verdict comes with half a gibibyte.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const CASES = {
  'numbers where choices should be': ['chat-whole', `'{"id":"x","model":"kjv","choices":[' + '0,'.repeat(SIZE / 2) + '0]}'`, 'chat/unreadable'],
  'logprobs': ['chat-completion', `'{"id":"x","model":"kjv","choices":[{"index":0,"text":"x","finish_reason":"stop","logprobs":{"tokens":[' + '"",'.repeat(SIZE / 5) + '""],"token_logprobs":[' + '0,'.repeat(SIZE / 5) + '0]}}]}'`, 'chat/content-differs'],
  'lines': ['chat-streamed', `'\\n'.repeat(SIZE)`, 'chat/unreadable'],
};

for (const [name, [vector, text, detail]] of Object.entries(CASES)) {
  test(name, () => {
    const script = `
      import { inputOf, chatVectors } from ${JSON.stringify(new URL('./support/vectors.js', import.meta.url).href)};
      import { verify } from ${JSON.stringify(new URL('../../web/verify/index.js', import.meta.url).href)};
      const SIZE = 16 << 20;
      const response = new TextEncoder().encode(${text});
      const verdict = await verify({ ...inputOf(chatVectors.find(({ name }) => name === '${vector}')), response });
      console.log(verdict.outcome, verdict.checks.find(({ check }) => check === 'response/outputs').detail);`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--max-old-space-size=512', '--input-type=module', '-e', script], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.equal(stdout.trim(), `untrusted ${detail}`);
  });
}
