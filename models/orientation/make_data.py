"""Makes the orientation model's calibration and test data; DATA.md says what from.

    /usr/bin/python3 make_data.py   # needs python3-pil, python3-numpy, apt, and ONNX Runtime of bench/peers

Most lines are rendered: real prose in real fonts, with noise, blur, slant and photographs behind. The last of the test
set are cut from a photographed page and photographs of signs, and say so in test_items.json.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy
from PIL import Image, ImageDraw, ImageFilter, ImageFont

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import gathering

SEED = 20261121
HEIGHT, WIDTH = 48, 192
# The published model pads with 0 after x / 127.5 - 1: the middle grey.
PADDING = (128, 128, 128)
TEST_FONTS = {
    "fonts-liberation": ("1:1.07.4-11", ["LiberationSerif-Regular", "LiberationSans-Bold", "LiberationMono-Regular"]),
    "fonts-lato": ("2.0-2.1", ["Lato-Regular", "Lato-BlackItalic"]),
    "fonts-roboto-unhinted": ("2:0~20170802-3", ["Roboto-Regular", "RobotoCondensed-Bold"]),
    "fonts-linuxlibertine": ("5.3.0-6", ["LinLibertine_R", "LinBiolinum_R"]),
    "fonts-comic-neue": ("2.51-4", ["ComicNeue-Regular"]),
    "fonts-ebgaramond": ("0.016+git20210310.42d4f9f2-1", ["EBGaramond12-Italic"]),
    "fonts-vollkorn": ("4.105-2", ["Vollkorn-Regular"]),
    "fonts-courier-prime": ("0+git20190115-3", ["Courier Prime"]),
    "fonts-crosextra-caladea": ("20200211-1", ["Caladea-Bold"])}
CALIBRATION_FONTS = {
    "fonts-freefont-ttf": ("20120503-10", ["FreeSerif", "FreeSansBold", "FreeMono"]),
    "fonts-open-sans": ("1.11-2", ["OpenSans-Regular", "OpenSans-ExtraBoldItalic"]),
    "fonts-cantarell": ("0.303.1-1", ["Cantarell-Regular"]),
    "fonts-crosextra-carlito": ("20220224-1", ["Carlito-Italic"]),
    "fonts-sil-gentium": ("20081126:1.03-4", ["Gentium-R"]),
    "fonts-quicksand": ("0.2016-2.1", ["Quicksand-Medium"])}
SKIMAGE = ("python3-skimage", "0.19.3-8", "usr/lib/python3/dist-packages/skimage/data/")
OPENCV = ("opencv-doc", "4.6.0+dfsg-12", "usr/share/doc/opencv-doc/examples/")
BACKGROUNDS = [(SKIMAGE, f) for f in ("brick.png", "grass.png", "gravel.png", "coffee.png")] + [
    (OPENCV, f) for f in ("data/building.jpg", "data/fruits.jpg", "data/home.jpg")]
# left, top, right, bottom of pieces of lines in real pictures
PAGE = [(3, 6, 150, 38), (140, 6, 300, 38)] + [
    (x, y + dy - 10, x + 92, y + dy + 10) for y in (56, 73, 90, 108) for x, dy in ((2, 0), (96, 1), (190, 1), (288, 2))]
REAL = [(SKIMAGE, "page.png", box) for box in PAGE] + [(OPENCV, f"text/scenetext_word0{i}.jpg", None) for i in (1, 2, 3, 4)]


def find(package, version, name):
    folder = gathering.debian(package, version)
    return next(f for f in sorted(folder.rglob("*")) if f.stem == name and f.suffix in (".ttf", ".otf"))


def prose():
    """The King James text, verse by verse (public domain outside the United Kingdom)."""
    program = gathering.debian("bible-kjv", "4.38") / "usr/bin/bible"
    data = gathering.debian("bible-kjv-text", "4.38") / "usr/lib"
    text = subprocess.run([program, "-p", data, "-l0", "-f", "ps1:1-150:6"], check=True, capture_output=True, text=True).stdout
    return [line.split(" ", 1)[1].split() for line in text.splitlines() if " " in line]


def picture(where, file):
    package, version, path = where
    return Image.open(gathering.debian(package, version) / path / file).convert("RGB")


def render(words, font, rng):
    """One line of text, tight, with what a camera or a scanner adds."""
    size = int(rng.integers(20, 44))
    face = ImageFont.truetype(str(font), size)
    left, top, right, bottom = face.getbbox(words)
    margin = int(rng.integers(2, 8))
    box = (right - left + 2 * margin, bottom - top + 2 * margin)
    dark = tuple(int(v) for v in rng.integers(0, 90, 3))
    light = tuple(int(v) for v in rng.integers(165, 256, 3))
    ink, paper = (dark, light) if rng.uniform() < 0.75 else (light, dark)
    line = Image.new("RGB", box, paper)
    if rng.uniform() < 0.5:
        photo = picture(*BACKGROUNDS[int(rng.integers(len(BACKGROUNDS)))])
        x, y = int(rng.integers(max(1, photo.width - box[0]))), int(rng.integers(max(1, photo.height - box[1])))
        line = Image.blend(line, photo.crop((x, y, x + box[0], y + box[1])), float(rng.uniform(0.1, 0.35)))
    ImageDraw.Draw(line).text((margin - left, margin - top), words, fill=ink, font=face)
    line = line.rotate(float(rng.uniform(-2.5, 2.5)), Image.Resampling.BICUBIC, expand=False, fillcolor=paper)
    line = line.filter(ImageFilter.GaussianBlur(float(rng.uniform(0, 1.2))))
    noisy = numpy.asarray(line).astype(numpy.float64) + rng.normal(0, rng.uniform(0, 14), (line.height, line.width, 3))
    return Image.fromarray(numpy.clip(numpy.rint(noisy), 0, 255).astype(numpy.uint8))


def fit(line):
    """PaddleOCR's: 48 high, proportions kept up to a width of 192, padded on the right."""
    width = min(WIDTH, max(1, -(-HEIGHT * line.width // line.height)))
    fitted = Image.new("RGB", (WIDTH, HEIGHT), PADDING)
    fitted.paste(line.resize((width, HEIGHT), Image.Resampling.BILINEAR), (0, 0))
    return numpy.asarray(fitted).transpose(2, 0, 1)


def rendered(fonts, verses, count, rng):
    files = [find(package, version, name) for package, (version, names) in fonts.items() for name in names]
    images, labels, items = [], [], []
    for i in range(count):
        verse = verses[int(rng.integers(len(verses)))]
        start = int(rng.integers(max(1, len(verse) - 3)))
        words = " ".join(verse[start:start + int(rng.integers(1, 4))])
        turned = i % 2
        line = render(words, files[(i // 2) % len(files)], rng)
        images.append(fit(line.transpose(Image.Transpose.ROTATE_180) if turned else line))
        labels.append(turned)
        items.append({"font": files[(i // 2) % len(files)].name, "text": words})
    return images, labels, items


def real():
    images, labels, items = [], [], []
    for where, file, box in REAL:
        photo = picture(where, file)
        line = photo if box is None else photo.crop(box)
        for turned in (0, 1):
            images.append(fit(line.transpose(Image.Transpose.ROTATE_180) if turned else line))
            labels.append(turned)
            items.append({"picture": f"{where[0]}/{file}", "box": box})
    return images, labels, items


if __name__ == "__main__":
    rng = numpy.random.default_rng(SEED)
    verses = prose()
    half = len(verses) // 2
    images, labels, items = rendered(TEST_FONTS, verses[:half], 210, rng)
    more, more_labels, more_items = real()
    images, labels, items = numpy.array(images + more, numpy.uint8), numpy.array(labels + more_labels, numpy.uint8), items + more_items
    calibration, _, _ = rendered(CALIBRATION_FONTS, verses[half:], 96, rng)
    numpy.save(HERE / "calibration.npy", numpy.array(calibration, numpy.uint8))
    numpy.save(HERE / "test_inputs.npy", images)
    numpy.save(HERE / "test_labels.npy", labels)
    scores = gathering.run_float(HERE / "model.onnx", {"image": images})["scores"]
    numpy.save(HERE / "expected_float.npy", scores)
    right = scores.argmax(axis=1) == labels
    (HERE / "test_items.json").write_text("[\n" + ",\n".join(json.dumps(i, ensure_ascii=False) for i in items) + "\n]\n", encoding="utf-8")
    gathering.record(HERE, "float_accuracy", {
        "correct": int(right.sum()), "of": len(labels), "accuracy": round(float(right.mean()), 6),
        "rendered": {"correct": int(right[:210].sum()), "of": 210},
        "photographed": {"correct": int(right[210:].sum()), "of": len(labels) - 210}})
