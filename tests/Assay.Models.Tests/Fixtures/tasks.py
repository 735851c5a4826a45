"""Writes tasks.json: what MediaPipe's and Silero's post-processing give, for the tests of Assay.Models.Tasks.

An independent reading, in the sources' own general form: MediaPipe's ssd_anchors_calculator.cc,
tensors_to_detections_calculator.cc and non_max_suppression_calculator.cc (WEIGHTED) with the options of
face_detection_front_mobile_gpu.pbtxt, and get_speech_timestamps of silero-vad 5.1 (utils_vad.py).

    /usr/bin/python3 tasks.py
"""

import json
import math
import random
from pathlib import Path

random.seed(20261121)


def ssd_anchors():
    size, strides, aspect_ratios, interpolated = 128, [8, 16, 16, 16], [1.0], 1.0
    anchors, layer = [], 0
    while layer < len(strides):
        count, last = 0, layer
        while last < len(strides) and strides[last] == strides[layer]:
            count += len(aspect_ratios) + (1 if interpolated > 0 else 0)
            last += 1
        cells = math.ceil(size / strides[layer])
        for y in range(cells):
            for x in range(cells):
                for _ in range(count):
                    anchors.append(((x + 0.5) / cells, (y + 0.5) / cells, 1.0, 1.0))
        layer = last
    return anchors


ANCHORS = ssd_anchors()
assert len(ANCHORS) == 896


def decode(raw, anchor):
    x, y, w, h = anchor
    cx, cy = raw[0] / 128 * w + x, raw[1] / 128 * h + y
    width, height = raw[2] / 128 * w, raw[3] / 128 * h
    return {
        "ymin": cy - height / 2, "xmin": cx - width / 2, "ymax": cy + height / 2, "xmax": cx + width / 2,
        "points": [(raw[4 + 2 * k] / 128 * w + x, raw[5 + 2 * k] / 128 * h + y) for k in range(6)],
    }


def iou(a, b):
    w = min(a["xmax"], b["xmax"]) - max(a["xmin"], b["xmin"])
    h = min(a["ymax"], b["ymax"]) - max(a["ymin"], b["ymin"])
    if w <= 0 or h <= 0:
        return 0.0
    area = lambda r: (r["xmax"] - r["xmin"]) * (r["ymax"] - r["ymin"])
    return w * h / (area(a) + area(b) - w * h)


def detect(logits, values, min_score=0.5, threshold=0.3):
    found = []
    for i, logit in logits.items():
        score = 1 / (1 + math.exp(-max(-100.0, min(100.0, logit))))
        if score >= min_score:
            found.append({**decode(values[i], ANCHORS[i]), "score": score})
    remained = sorted(found, key=lambda d: -d["score"])
    output = []
    while remained:
        best = remained[0]
        candidates = [d for d in remained if iou(d, best) > threshold]
        rest = [d for d in remained if not iou(d, best) > threshold]
        weighted = dict(best)
        if candidates:
            total = sum(c["score"] for c in candidates)
            for side in ("xmin", "ymin", "xmax", "ymax"):
                weighted[side] = sum(c[side] * c["score"] for c in candidates) / total
            weighted["points"] = [
                tuple(sum(c["points"][k][axis] * c["score"] for c in candidates) / total for axis in (0, 1))
                for k in range(6)]
        output.append(weighted)
        if len(rest) == len(remained):
            break
        remained = rest
    return [[d["score"], d["xmin"], d["ymin"], d["xmax"] - d["xmin"], d["ymax"] - d["ymin"],
             *[v for p in d["points"] for v in p]] for d in output]


def face_case(faces, spread):
    logits, values = {}, {}
    for _ in range(faces):
        # A face fires several anchors around its centre, with boxes that nearly agree.
        cx, cy, size = random.random(), random.random(), random.uniform(0.05, 0.6)
        near = sorted(range(896), key=lambda i: (ANCHORS[i][0] - cx) ** 2 + (ANCHORS[i][1] - cy) ** 2)[:spread]
        for i in near:
            jitter = lambda s: random.gauss(0, s)
            logits[i] = random.uniform(-3, 9)
            box = [(cx + jitter(0.02) - ANCHORS[i][0]) * 128, (cy + jitter(0.02) - ANCHORS[i][1]) * 128,
                   size * 128 * random.uniform(0.8, 1.2), size * 128 * random.uniform(0.8, 1.2)]
            points = [random.uniform(-40, 40) for _ in range(12)]
            values[i] = [round(v, 3) for v in box + points]
    logits = {i: round(v, 3) for i, v in logits.items()}
    return {"anchors": [{"index": i, "logit": logits[i], "values": values[i]} for i in sorted(logits)],
            "faces": detect({i: logits[i] for i in sorted(logits)}, values)}


def speech_timestamps(probs, audio_length_samples, threshold=0.5, neg_threshold=0.35, min_speech_duration_ms=250,
                      min_silence_duration_ms=100, speech_pad_ms=30, sampling_rate=16000, window=512):
    min_speech_samples = sampling_rate * min_speech_duration_ms / 1000
    speech_pad_samples = sampling_rate * speech_pad_ms / 1000
    min_silence_samples = sampling_rate * min_silence_duration_ms / 1000
    triggered, speeches, current, temp_end = False, [], {}, 0
    for i, prob in enumerate(probs):
        if prob >= threshold and temp_end:
            temp_end = 0
        if prob >= threshold and not triggered:
            triggered = True
            current["start"] = window * i
            continue
        if prob < neg_threshold and triggered:
            if not temp_end:
                temp_end = window * i
            if window * i - temp_end < min_silence_samples:
                continue
            current["end"] = temp_end
            if current["end"] - current["start"] > min_speech_samples:
                speeches.append(current)
            triggered, current, temp_end = False, {}, 0
    if current and audio_length_samples - current["start"] > min_speech_samples:
        current["end"] = audio_length_samples
        speeches.append(current)
    for i, speech in enumerate(speeches):
        if i == 0:
            speech["start"] = int(max(0, speech["start"] - speech_pad_samples))
        if i != len(speeches) - 1:
            silence = speeches[i + 1]["start"] - speech["end"]
            if silence < 2 * speech_pad_samples:
                speech["end"] += int(silence // 2)
                speeches[i + 1]["start"] = int(max(0, speeches[i + 1]["start"] - silence // 2))
            else:
                speech["end"] = int(min(audio_length_samples, speech["end"] + speech_pad_samples))
                speeches[i + 1]["start"] = int(max(0, speeches[i + 1]["start"] - speech_pad_samples))
        else:
            speech["end"] = int(min(audio_length_samples, speech["end"] + speech_pad_samples))
    return [[s["start"], s["end"]] for s in speeches]


def voice_case(length, hold, padding, silence):
    probs, level = [], random.random()
    for _ in range(length):
        if random.random() < 1 / hold:
            level = random.random()
        probs.append(round(min(1, max(0, level + random.gauss(0, 0.1))), 3))
    samples = length * 512 - random.randrange(512) if length else 0
    return {"probabilities": probs, "samples": samples, "padding": padding, "min_silence": silence,
            "segments": speech_timestamps(probs, samples, speech_pad_ms=padding, min_silence_duration_ms=silence)}


cases = {
    "face": [face_case(f, s) for f, s in ((0, 1), (1, 1), (1, 8), (2, 12), (5, 8), (12, 20), (30, 30))],
    "voice": [voice_case(n, h, p, s) for n, h, p, s in (
        (0, 1, 30, 100), (1, 1, 30, 100), (8, 4, 30, 100), (200, 2, 30, 0), (400, 6, 30, 100), (400, 12, 200, 64),
        (400, 9, 30, 300), (400, 20, 500, 32))],
}
Path(__file__).with_name("tasks.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n", encoding="utf-8")
print([len(c["faces"]) for c in cases["face"]], [len(c["segments"]) for c in cases["voice"]])
