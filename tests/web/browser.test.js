// The vectors and the page in Chromium, where one is installed (ASSAY_REQUIRE_ORACLES=1: its absence fails).
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { test } from 'node:test';
import { proofVectors, receiptVectors } from './support/vectors.js';

const root = new URL('../../', import.meta.url);
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json' };

const chromium = ['chromium', 'chromium-browser', 'google-chrome']
  .find(name => spawnSync(name, ['--version']).status === 0);
const missing = chromium === undefined && process.env.ASSAY_REQUIRE_ORACLES !== '1' ? 'no Chromium here' : false;

/** Serves the repository; resolves `results` with what the browser posts. */
function serve() {
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      const chunks = await request.toArray();
      response.end();
      server.emit('results', JSON.parse(Buffer.concat(chunks).toString()));
      return;
    }
    try {
      const path = new URL(`.${new URL(request.url, 'http://localhost').pathname}`, root);
      response.setHeader('content-type', TYPES[extname(path.pathname)] ?? 'application/octet-stream');
      response.end(readFileSync(path));
    } catch {
      response.writeHead(404).end();
    }
  });
  return server;
}

test('Chromium gives every vector\'s verdict, and the page shows it', { skip: missing, timeout: 120_000 }, async () => {
  assert.ok(chromium, 'Chromium is required (ASSAY_REQUIRE_ORACLES=1).');
  const server = serve().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const profile = mkdtempSync(join(tmpdir(), 'assay-chromium-'));
  const browser = spawn(chromium, [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', `--user-data-dir=${profile}`,
    `--remote-debugging-port=0`, `http://127.0.0.1:${server.address().port}/tests/web/support/browser.html`,
  ], { stdio: 'ignore', detached: true });
  try {
    const [results] = await once(server, 'results');
    assert.equal(results.error, undefined);
    for (const { name, expected } of [...receiptVectors, ...proofVectors]) {
      const { outcome, reason, questions, failed } = expected;
      assert.deepEqual(results.verdicts[name], { outcome, reason, questions, failed }, name);
    }
    const { 'batch-of-one': sound, 'altered-claim-model-name': altered } = results.pages;
    assert.match(sound.text, /^Met/);
    assert.match(sound.text, /Was anything altered\?.*this is what node\.example\/assay signed/);
    assert.match(altered.text, /^Untrusted/);
    const pages = results.pages;
    const begins = (texts, ...starts) => {
      assert.equal(texts.length, starts.length);
      // In whatever order: endorsements stand by their digests.
      for (const start of new Set(starts)) {
        assert.equal(texts.filter(text => text.startsWith(start)).length, starts.filter(other => other === start).length, `${start}: ${texts.join('; ')}`);
      }
    };
    begins(sound.endorsements);
    begins(pages['peer-among-others'].endorsements, 'establishedp1 says', 'left outp3 says', 'left outsomebody in the name of p2 says', 'left outpeer d40a2f905e4d126b says');
    begins(pages['peer-refuted-by-one'].endorsements, 'establishedpeer', 'establishedpeer', 'refutedpeer');
    begins(pages['peer-gave-up'].endorsements, 'expiredthe node says');
    begins(pages['policy-witnesses-too-few'].witnesses, 'cosignedw1 at 2026-11-21 11:59:52 UTC', 'cosignedw2', 'didn’t cosignw3');
    assert.match(pages['policy-witnesses-too-few'].text, /^Not met.*witnesses: 3/);
    assert.equal(sound.proof, null);
    assert.match(pages['proof-of-five'].text, /^Met.*Was it computed right\?established by zkYes: proved for the weights that proof key [0-9a-f]{16} commits to; maker says/);
    assert.match(pages['proof-of-five'].proof, /^The proof that goes with itholds A proof of 5 runs, of which this receipt’s are 1: [0-9]+ bytes, 10[0-9] bits/);
    begins(pages['proof-of-five'].registrations, 'registeredmaker says');
    begins(pages['proof-registered-by-many'].registrations, 'registeredmaker says', ...new Array(pages['proof-registered-by-many'].registrations.length - 1).fill('left out'));
    assert.match(pages['proof-damaged-not-asked'].proof, /shows nothing here/);
    for (const page of Object.values(pages)) {
      assert.equal(page.badPolicy, "The policy can't be read at /require/0/within (policy/range).");
      assert.equal(page.violated, null, 'the page stays within its own policy');
      assert.equal(page.connection, 'refused', 'the browser refuses connections');
    }
  } finally {
    process.kill(-browser.pid, 'SIGKILL'); // with its own children, which would go on writing the profile
    await once(browser, 'exit');
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
});
