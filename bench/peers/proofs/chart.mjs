// Draws what measure.sh printed: node chart.mjs measured.jsonl > ../../../docs/proofs.svg
import { readFileSync } from 'node:fs';

const lines = readFileSync(process.argv[2], 'utf8').split('\n').filter((line) => line.trim()).map((line) => JSON.parse(line));
const names = { mlp: 'MLP 784-128-10', lenet5: 'LeNet-5', cnn: 'CNN, 264k', dense4m: 'dense, 4M', resnet18: 'ResNet-18', vgg16: 'VGG-16' };
const single = lines.filter((line) => line.medianMilliseconds && line.batch === 1);
const mlp = single.find((line) => line.model === 'mlp');
const peers = lines.filter((line) => line.peer);
const groups = [
  {
    title: 'MLP 784-128-10: one proof, beside peers',
    rows: [
      { label: 'Assay', prove: mlp.medianMilliseconds, verify: mlp.verifyMilliseconds, bytes: mlp.proofBytes, ours: true },
      ...peers.map((peer) => ({ label: peer.peer, prove: peer.prove_seconds * 1000, verify: peer.verify_seconds * 1000, bytes: peer.proof_bytes })),
    ],
  },
  {
    title: 'Assay, other models',
    rows: single.filter((line) => line.model !== 'mlp')
      .map((line) => ({ label: names[line.model] ?? line.model, prove: line.medianMilliseconds, verify: line.verifyMilliseconds, bytes: line.proofBytes, ours: true })),
  },
];

const [left, width, right] = [290, 420, 130];
const [low, high] = [0, 6]; // powers of ten, milliseconds: 1 ms to 1000 s
const x = (ms) => left + (Math.max(0, Math.log10(ms) - low) / (high - low)) * width;
const time = (ms) => (ms >= 1000 ? `${(ms / 1000).toFixed(ms >= 10000 ? 0 : 2)} s` : `${ms.toFixed(ms >= 100 ? 0 : 1)} ms`);
const size = (bytes) => (bytes >= 1000 ? `${Math.round(bytes / 1000)} kB` : `${bytes} B`);
const text = (tx, ty, value, extra = '') => `<text x="${tx}" y="${ty}" ${extra}>${value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
const out = [];
let y = 34;
for (const group of groups) {
  out.push(text(12, y, group.title, 'font-weight="bold"'));
  y += 12;
  for (const row of group.rows) {
    y += 12;
    out.push(text(left - 8, y + 8, row.label, 'text-anchor="end"'));
    out.push(`<rect x="${left}" y="${y - 4}" width="${(x(row.prove) - left).toFixed(1)}" height="9" fill="${row.ours ? '#0b6bcb' : '#8a94a0'}"/>`);
    out.push(text((x(row.prove) + 5).toFixed(1), y + 4, time(row.prove), 'font-size="10"'));
    out.push(`<rect x="${left}" y="${y + 7}" width="${(x(row.verify) - left).toFixed(1)}" height="5" fill="${row.ours ? '#7db8ef' : '#c4cad1'}"/>`);
    out.push(text((x(row.verify) + 5).toFixed(1), y + 14, time(row.verify), 'font-size="9" fill="#667"'));
    out.push(text(left + width + right - 8, y + 6, size(row.bytes), 'text-anchor="end"'));
    y += 18;
  }
  y += 26;
}
for (let power = low; power <= high; power++) {
  const at = left + ((power - low) / (high - low)) * width;
  out.unshift(`<line x1="${at}" x2="${at}" y1="24" y2="${y - 26}" stroke="#e3e7eb"/>`);
  out.push(text(at, y - 12, power < 3 ? `${10 ** power} ms` : `${10 ** (power - 3)} s`, 'text-anchor="middle" font-size="10" fill="#667"'));
}
out.push(text(left + width + right - 8, 20, 'proof', 'text-anchor="end" fill="#667"'));
out.push(text(left, 20, 'dark: prove, light: verify (logarithmic)', 'fill="#667"'));
console.log(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + right} ${y}" font-family="system-ui, sans-serif" font-size="12">`);
console.log(`<rect width="100%" height="100%" fill="white"/>\n${out.join('\n')}\n</svg>`);
