// The MLP 784-128-10's compiled circuit, witness and keys for EZKL's npm engine, into a folder.
const fs = require('fs');
const path = require('path');
const engine = require('@ezkljs/engine/nodejs/ezkl.js');
const circuits = require('./circuit.cjs');
const [folder, srsFile] = process.argv.slice(2);
engine.init_panic_hook();
const model = circuits.mlp([784, 128, 10]);
const settings = circuits.settings({ k: 16, total: 130900, consts: 64, instances: [[1, model.outSize]], pv: 'Private', iv: 'Private', inner: 2 });
const bytes = (data) => new Uint8ClampedArray(data);
const compiled = bytes(circuits.encode(model, settings));
const srs = bytes(fs.readFileSync(srsFile));
const input = bytes(Buffer.from(JSON.stringify({ input_data: [Array.from({ length: model.inSize }, () => circuits.rnd())] })));
const save = (name, data) => { fs.writeFileSync(path.join(folder, name), Buffer.from(data)); return data; };
save('circuit', compiled);
save('settings.json', Buffer.from(JSON.stringify(settings)));
save('witness', engine.genWitness(compiled, input));
const vk = save('vk', engine.genVk(compiled, srs, true));
save('pk', engine.genPk(bytes(vk), compiled, srs));
