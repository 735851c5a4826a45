// Proves and verifies once with EZKL's npm engine (WebAssembly, one thread); one JSON line.
const fs = require('fs');
const path = require('path');
const engine = require('@ezkljs/engine/nodejs/ezkl.js');
const folder = process.argv[2];
engine.init_panic_hook();
const load = (name) => new Uint8ClampedArray(fs.readFileSync(path.join(folder, name)));
const [circuit, settings, witness, vk, pk, srs] = ['circuit', 'settings.json', 'witness', 'vk', 'pk', 'srs16'].map(load);
const seconds = (action) => { const start = process.hrtime.bigint(); const result = action(); return [Number(process.hrtime.bigint() - start) / 1e9, result]; };
const [prove, proof] = seconds(() => engine.prove(witness, pk, circuit, srs));
const [verify, ok] = seconds(() => engine.verify(new Uint8ClampedArray(proof), vk, settings, srs));
console.log(JSON.stringify({
  peer: 'EZKL npm engine 21.0.0 (WASM, 1 thread)', model: 'MLP 784-128-10', verified: ok, prove_seconds: prove, verify_seconds: verify,
  proof_bytes: JSON.parse(Buffer.from(proof).toString()).proof.length, peak_megabytes: process.resourceUsage().maxRSS / 1024,
  note: 'weights private, not committed; trusted SRS and keys made before, not counted',
}));
