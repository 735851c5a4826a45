#!/usr/bin/env bash
# One run of all, one after the other: Assay's prover on its six benchmark models and on 1,024 runs in one proof, Groth16, EZKL.
# One JSON object a line on standard output. Needs setup.sh; takes about six minutes; best on an idle machine.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../../.." && pwd)
one_line() { tr -d '\n' | sed 's/  */ /g'; echo; }
for model in mlp lenet5 cnn dense4m resnet18 vgg16; do
  "$top/assay" bench prove --model "$model" --json | one_line
done
"$top/assay" bench prove --model mlp --batch 1024 --json | one_line
node "$here/groth16/measure.cjs" "$here/made/groth16"
node "$here/ezkl/measure.cjs" "$here/made/ezkl"
