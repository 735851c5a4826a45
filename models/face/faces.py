"""BlazeFace's outputs to faces, and how well faces are found. MediaPipe's decoding; see src/Assay.Models/Tasks."""

import numpy

OUTPUTS = ("scores_fine", "scores_coarse", "values_fine", "values_coarse")


def anchors():
    return numpy.array([((x + 0.5) / cells, (y + 0.5) / cells)
                        for cells, count in ((16, 2), (8, 6)) for y in range(cells) for x in range(cells) for _ in range(count)])


def overlap(a, b):
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    both = max(width, 0) * max(height, 0)
    return both / (a[2] * a[3] + b[2] * b[3] - both) if both > 0 else 0.0


def detect(scores_fine, scores_coarse, values_fine, values_coarse, min_score=0.5, same_face=0.3):
    """Rows of score, left, top, width, height, and six points; best first."""
    scores = 1 / (1 + numpy.exp(-numpy.clip(numpy.concatenate([scores_fine, scores_coarse]).astype(numpy.float64), -100, 100)))
    values = numpy.concatenate([values_fine, values_coarse]).astype(numpy.float64) / 128
    centres = anchors()
    left = []
    for i in sorted(numpy.nonzero(scores >= min_score)[0], key=lambda i: -scores[i]):
        x, y = centres[i] + values[i, :2]
        w, h = values[i, 2:4]
        left.append([scores[i], x - w / 2, y - h / 2, w, h, *(values[i, 4:] + numpy.tile(centres[i], 6))])
    found = []
    while left:
        same = [left[0]] + [c for c in left[1:] if overlap(c[1:5], left[0][1:5]) > same_face]
        rest = [c for c in left[1:] if not overlap(c[1:5], left[0][1:5]) > same_face]
        found.append([left[0][0], *numpy.average(numpy.array(same)[:, 1:], axis=0, weights=[c[0] for c in same])])
        left = rest
    return [[float(v) for v in f] for f in found]


def measure(truths, found, least=0.5):
    """Recall and precision at an overlap of `least`; each truth is met by at most one detection, best score first."""
    faces = sum(len(t) for t in truths)
    right = wrong = 0
    overlaps = []
    for marked, detections in zip(truths, found):
        open_faces = list(marked)
        for detection in sorted(detections, key=lambda d: -d[0]):
            best = max(open_faces, key=lambda t: overlap(t, detection[1:5]), default=None)
            if best is not None and overlap(best, detection[1:5]) >= least:
                open_faces.remove(best)
                overlaps.append(overlap(best, detection[1:5]))
                right += 1
            else:
                wrong += 1
    without = [d for t, d in zip(truths, found) if not t]
    return {"images": len(truths), "faces": faces, "found": right, "false": wrong,
            "recall": round(right / faces, 4), "precision": round(right / (right + wrong), 4),
            "mean_overlap": round(float(numpy.mean(overlaps)), 4),
            "images_without_faces": len(without), "of_these_with_a_detection": sum(1 for d in without if d)}
