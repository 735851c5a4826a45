"""Makes the voice model's calibration and test data from recordings in Debian packages; DATA.md says which.

    /usr/bin/python3 make_data.py   # needs python3-numpy, ffmpeg, apt, and ONNX Runtime of bench/peers
"""

import json
import subprocess
import sys
import wave
from pathlib import Path

import numpy

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import gathering

SEED = 20261121
RATE, CHUNK, CONTEXT = 16000, 512, 64
LANGUAGES = ("en", "es", "fr", "it", "ru")
VERSIONS = {**{f"asterisk-core-sounds-{l}-g722": "1.6.1-1" for l in LANGUAGES},
            "asterisk-moh-opsound-g722": "2.03-1.1", "sound-theme-freedesktop": "0.8-2"}
CALIBRATION_MUSIC = ["macroform-the_simplicity", "reno_project-system"]
TEST_MUSIC = ["macroform-cold_day", "macroform-robot_dity", "manolo_camp-morning_coffee"]
TEST_SOUNDS = ["alarm-clock-elapsed", "bell", "trash-empty", "camera-shutter", "device-added", "dialog-information", "message", "power-plug"]
CALIBRATION_SOUNDS = ["complete", "suspend-error", "network-connectivity-lost"]


def decode(path):
    """16 kHz, 16 bits, one channel."""
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-ac", "1", "-ar", str(RATE), "-f", "s16le", "-bitexact", "-"],
                         check=True, capture_output=True).stdout
    return numpy.frombuffer(raw, "<i2")


def files(package):
    return {f.stem: f for f in sorted(gathering.debian(package, VERSIONS[package]).rglob("*")) if f.suffix in (".g722", ".oga")}


def level(samples):
    """Of each chunk, in decibels below full scale."""
    chunks = numpy.pad(samples.astype(numpy.float64), (0, -len(samples) % CHUNK)).reshape(-1, CHUNK)
    return 10 * numpy.log10((chunks ** 2).mean(axis=1) / 32768 ** 2 + 1e-12)


def speech_truth(samples):
    """Of each chunk of a studio recording: 1 within 25 dB of its loudest, 0 from 50 dB below it, else not counted (-)."""
    below = level(samples).max() - level(samples)
    return "".join("1" if b <= 25 else "0" if b >= 50 else "-" for b in below)


def spoken(rng, seconds=(1.5, 3)):
    """Recordings of each language in a random order, of a length that says something."""
    chosen = {}
    for language in LANGUAGES:
        found = [f for name, f in files(f"asterisk-core-sounds-{language}-g722").items()
                 if seconds[0] * 16000 <= 2 * f.stat().st_size <= seconds[1] * 16000 * 2 and "tone" not in name and "/silence/" not in str(f)]
        chosen[language] = [found[i] for i in rng.permutation(len(found))]
    return chosen


def excerpt(path, seconds, rng):
    samples = decode(path)
    length = int(seconds * RATE)
    start = int(rng.integers(max(1, len(samples) - length)))
    return samples[start:start + length]


def mix(speech, noise, decibels):
    """Speech with noise that many decibels weaker."""
    noise = numpy.resize(noise, len(speech)).astype(numpy.float64)
    power = lambda s: (s.astype(numpy.float64) ** 2).mean()
    scaled = noise * numpy.sqrt(power(speech) / max(power(noise), 1) / 10 ** (decibels / 10))
    return numpy.clip(numpy.rint(speech + scaled), -32768, 32767).astype(numpy.int16)


def clip(kind, source, samples, truth):
    return {"kind": kind, "source": source, "samples": samples[:int(3 * RATE)], "truth": truth[:-(-min(len(samples), 3 * RATE) // CHUNK)]}


def gather(speeches, mixed, music, sounds, rng):
    clips = []
    for language, paths in speeches.items():
        for path in paths:
            samples = decode(path)
            clips.append(clip("speech", f"{language}/{path.name}", samples, speech_truth(samples)))
    tunes = files("asterisk-moh-opsound-g722")
    for i, (language, path) in enumerate(mixed):
        samples = decode(path)
        name = music[i % len(music)]
        noisy = mix(samples, excerpt(tunes[name], 3, rng), 10)
        # Where nobody speaks there is music now: still not speech.
        clips.append(clip("speech over music, 10 dB", f"{language}/{path.name} + {name}.g722", noisy, speech_truth(samples)))
    for name in music:
        for _ in range(3):
            samples = excerpt(tunes[name], 3, rng)
            clips.append(clip("music", f"{name}.g722", samples, "0" * -(-len(samples) // CHUNK)))
    theme = files("sound-theme-freedesktop")
    for name in sounds:
        samples = decode(theme[name])
        clips.append(clip("sound", f"{name}.oga", samples, "0" * -(-min(len(samples), 3 * RATE) // CHUNK)))
    return clips


def chunks(samples):
    """[chunks, 576]: 64 samples of the chunk before, then 512; zeros before the start and after the end."""
    padded = numpy.concatenate([numpy.zeros(CONTEXT, numpy.int16), samples, numpy.zeros(-len(samples) % CHUNK, numpy.int16)])
    return numpy.stack([padded[i:i + CONTEXT + CHUNK] for i in range(0, len(padded) - CONTEXT, CHUNK)])


def run(clips):
    audio = numpy.concatenate([chunks(c["samples"]) for c in clips])
    zeros = numpy.zeros((len(audio), 128), numpy.float32)
    results = gathering.run_float(HERE / "model.onnx", {"audio": audio, "h": zeros, "c": zeros}, carry=[("h_next", "h"), ("c_next", "c")],
                                  clips=[len(c["truth"]) for c in clips])
    return {**results, "audio": audio.astype(numpy.int32)}


def measure(truth, probabilities):
    """Of the chunks that count: accuracy at one half, and the area under the ROC curve."""
    counted = numpy.array([t != "-" for t in truth])
    labels = numpy.array([t == "1" for t in truth])[counted]
    scores = numpy.asarray(probabilities)[counted]
    order = scores.argsort(kind="stable")
    ranks = numpy.empty(len(scores))
    ranks[order] = numpy.arange(1, len(scores) + 1)
    for value in numpy.unique(scores):
        ranks[scores == value] = ranks[scores == value].mean()
    positives, negatives = labels.sum(), (~labels).sum()
    area = (ranks[labels].sum() - positives * (positives + 1) / 2) / (positives * negatives) if positives and negatives else None
    return {"chunks": len(truth), "counted": int(counted.sum()), "speech": int(positives), "right": int(((scores >= 0.5) == labels).sum()),
            "accuracy": round(float(((scores >= 0.5) == labels).mean()), 4), "auc": None if area is None else round(float(area), 4)}


if __name__ == "__main__":
    rng = numpy.random.default_rng(SEED)
    voices = spoken(rng)
    test = gather({l: v[:6] for l, v in voices.items()}, [(l, f) for l, v in voices.items() for f in v[6:8]], TEST_MUSIC, TEST_SOUNDS, rng)
    calibration = gather({l: v[8:11] for l, v in voices.items()}, [(l, v[11]) for l, v in voices.items()], CALIBRATION_MUSIC, CALIBRATION_SOUNDS, rng)

    seen = run(calibration)
    picked = numpy.linspace(0, len(seen["audio"]) - 1, 512).astype(int)
    for name in ("audio", "h", "c"):
        numpy.save(HERE / f"calibration.{name}.npy", seen[name][picked])

    results = run(test)
    picked = numpy.linspace(0, len(results["audio"]) - 1, 400).astype(int)
    for name in ("audio", "h", "c"):
        numpy.save(HERE / f"test_inputs.{name}.npy", results[name][picked])
    for name in ("probability", "h_next", "c_next"):
        numpy.save(HERE / f"expected_float.{name}.npy", results[name][picked])

    (HERE / "clips").mkdir(exist_ok=True)
    listed, at = [], 0
    for i, c in enumerate(test):
        with wave.open(str(HERE / "clips" / f"{i:02}.wav"), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(c["samples"].astype("<i2").tobytes())
        count = len(c["truth"])
        listed.append({"file": f"{i:02}.wav", "kind": c["kind"], "source": c["source"], "truth": c["truth"],
                       "float": [round(float(p), 5) for p in results["probability"][at:at + count, 0]]})
        at += count
    (HERE / "test_clips.json").write_text("[\n" + ",\n".join(json.dumps(c) for c in listed) + "\n]\n", encoding="utf-8")
    gathering.record(HERE, "float_metric", {
        kind: measure("".join(c["truth"] for c in listed if kind in ("all", c["kind"])), [p for c in listed if kind in ("all", c["kind"]) for p in c["float"]])
        for kind in ("all", *dict.fromkeys(c["kind"] for c in listed))})
