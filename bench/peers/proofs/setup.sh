#!/usr/bin/env bash
# Makes what the peers need once and leaves it in made/: about fifteen minutes of one core, 2 GB of memory.
#   Groth16 (snarkjs): MLP 784-128-10 as a circuit with its weights as constants, a test set-up (not a ceremony), witness.
#   EZKL (npm engine): a test SRS whose secret is known, the circuit, proving and verifying key, witness.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here"
npm ci --ignore-scripts --no-audit --no-fund
mkdir -p made/groth16 made/ezkl
export PATH="$here/node_modules/.bin:$PATH"
(
  cd made/groth16
  [ -f mlp.circom ] || node "$here/groth16/generate.cjs"
  [ -f mlp.r1cs ] || circom2 mlp.circom --r1cs --wasm
  [ -f pot.ptau ] || {
    snarkjs powersoftau new bn128 13 pot0.ptau
    snarkjs powersoftau contribute pot0.ptau pot1.ptau --name=test -e=test
    snarkjs powersoftau prepare phase2 pot1.ptau pot.ptau
  }
  [ -f mlp.zkey ] || { snarkjs groth16 setup mlp.r1cs pot.ptau mlp0.zkey; snarkjs zkey contribute mlp0.zkey mlp.zkey --name=test -e=test; }
  [ -f vk.json ] || snarkjs zkey export verificationkey mlp.zkey vk.json
  [ -f w.wtns ] || snarkjs wtns calculate mlp_js/mlp.wasm in.json w.wtns
)
(
  cd made/ezkl
  [ -f srs16 ] || node "$here/ezkl/srs.cjs" 16 srs16
  [ -f pk ] || node "$here/ezkl/keys.cjs" . srs16
)
echo "peers: ready"
