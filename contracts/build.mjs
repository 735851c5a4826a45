// Compiles the contracts here and writes artifacts/NAME.json: interface, creation code, runtime code, and what they were made from.
//   npm ci --ignore-scripts && node build.mjs            rebuilds
//   npm ci --ignore-scripts && node build.mjs --check    compares, writes nothing, and exits with 1 if an artifact differs
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const solc = createRequire(import.meta.url)('solc');
const here = dirname(fileURLToPath(import.meta.url));
const files = readdirSync(here).filter(name => name.endsWith('.sol')).sort();
const contracts = ['TestToken', 'Permit2', 'ExactProxy', 'UptoProxy', 'Multicall3'];

// No metadata at the end of the code: it holds a hash of comments and file names, and nothing here reads it.
const settings = {
  evmVersion: 'cancun',
  viaIR: true,
  optimizer: { enabled: true, runs: 200 },
  metadata: { bytecodeHash: 'none', appendCBOR: false },
};

const sources = Object.fromEntries(files.map(name => [name, { content: readFileSync(join(here, name), 'utf8') }]));
const digest = createHash('sha256');
for (const name of files) {
  digest.update(`${name}\n${sources[name].content}`);
}
const sourcesDigest = digest.digest('hex');

const output = JSON.parse(solc.compile(JSON.stringify({
  language: 'Solidity',
  sources,
  settings: { ...settings, outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } } },
})));
for (const { formattedMessage } of output.errors ?? []) {
  console.error(formattedMessage);
}
if ((output.errors ?? []).some(({ severity }) => severity === 'error')) {
  process.exit(1);
}

const check = process.argv.includes('--check');
let differ = 0;
mkdirSync(join(here, 'artifacts'), { recursive: true });
for (const name of contracts) {
  const made = Object.values(output.contracts).map(file => file[name]).find(Boolean);
  const text = JSON.stringify({
    contract: name,
    compiler: solc.version(),
    settings,
    sources: sourcesDigest,
    abi: made.abi,
    creation: '0x' + made.evm.bytecode.object,
    runtime: '0x' + made.evm.deployedBytecode.object,
  }, null, 2) + '\n';
  const path = join(here, 'artifacts', `${name}.json`);
  if (!check) {
    writeFileSync(path, text);
    console.log(`${name}: ${made.evm.deployedBytecode.object.length / 2} bytes`);
  } else if (readFileSync(path, 'utf8') !== text) {
    console.error(`${name}: artifacts/${name}.json isn't what the compiler makes of the sources`);
    differ++;
  }
}
process.exit(differ === 0 ? 0 : 1);
