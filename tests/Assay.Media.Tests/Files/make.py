"""Makes pictures.json: small pictures of every kind, and the pixels that they stand for. Usage: /usr/bin/python3 make.py

PNG, BMP and PNM are written here by hand from their specifications, and PIL has to agree (within 2: it cuts 16 bits
off where we round). JPEG files are PIL's, and so are their pixels (libjpeg-turbo).
"""
import io, json, random, struct, zlib
from pathlib import Path
from PIL import Image, ImageOps

random.seed(20261121)
W, H = 13, 9
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
vectors = []


def add(name, file, rgb, width=W, height=H, tolerance=0, check=True):
    if check:
        image = Image.open(io.BytesIO(file))
        if image.mode in ("RGBA", "LA", "P", "PA") or "transparency" in image.info:
            image = image.convert("RGBA")
            white = Image.new("RGBA", image.size, (255, 255, 255, 255))
            image = Image.alpha_composite(white, image)
        if image.mode.startswith("I"):
            values = [(v * 255 + 32767) // 65535 for v in image.getdata()]
            theirs = bytes(v for v in values for _ in range(3))
        else:
            theirs = image.convert("RGB").tobytes()
        assert max(abs(a - b) for a, b in zip(theirs, rgb)) <= 2, name
    vectors.append({"name": name, "file": file.hex(), "width": width, "height": height, "rgb": bytes(rgb).hex(), "tolerance": tolerance})


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def paeth(a, b, c):
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]


def filtered(rows, unit):
    out, above = b"", bytes(len(rows[0]))
    for y, row in enumerate(rows):
        kind = y % 5
        line = bytearray()
        for i, v in enumerate(row):
            a = row[i - unit] if i >= unit else 0
            c = above[i - unit] if i >= unit else 0
            line.append((v - [0, a, above[i], (a + above[i]) // 2, paeth(a, above[i], c)][kind]) % 256)
        out += bytes([kind]) + bytes(line)
        above = row
    return out


def packed(samples, depth):
    bits = "".join(format(s, f"0{depth}b") for s in samples)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))


def png(pixels, colour, depth, interlaced=False, extra=b"", parts=1):
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    unit = max(1, channels * depth // 8)
    data = b""
    for x0, y0, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        rows = [packed([s for x in range(x0, W, dx) for s in pixels[y * W + x]], depth) for y in range(y0, H, dy)]
        if rows and rows[0]:
            data += filtered(rows, unit)
    data = zlib.compress(data)
    step = -(-len(data) // parts)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", W, H, depth, colour, 0, 0, int(interlaced)))
            + chunk(b"tEXt", b"Comment\0made by hand") + extra
            + b"".join(chunk(b"IDAT", data[i:i + step]) for i in range(0, len(data), step)) + chunk(b"IEND", b""))


def to8(v, depth):
    top = (1 << depth) - 1
    return (v * 510 + top) // (2 * top)


def on_white(rgb, a):
    return [(v * a + 255 * (255 - a) + 127) // 255 for v in rgb]


for colour, depths in {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}.items():
    for depth in depths:
        channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
        pixels = [[random.randrange(1 << depth) for _ in range(channels)] for _ in range(W * H)]
        extra, palette, clear = b"", None, None
        if colour == 3:
            palette = [[random.randrange(256) for _ in range(3)] for _ in range(1 << depth)]
            alphas = [random.randrange(256) for _ in range((1 << depth) // 2)]
            extra = chunk(b"PLTE", bytes(v for p in palette for v in p)) + chunk(b"tRNS", bytes(alphas))
        elif colour == 0 and depth == 8:
            clear = pixels[5]
            extra = chunk(b"tRNS", struct.pack(">H", *clear))
        elif colour == 2 and depth == 8:
            clear = pixels[7]
            extra = chunk(b"tRNS", struct.pack(">HHH", *clear))
        rgb = []
        for p in pixels:
            if colour == 3:
                rgb += on_white(palette[p[0]], alphas[p[0]] if p[0] < len(alphas) else 255)
            else:
                own = [to8(v, depth) for v in (p[:3] if channels >= 3 else [p[0]] * 3)]
                a = to8(p[-1], depth) if channels in (2, 4) else 0 if p == clear else 255
                rgb += on_white(own, a)
        for interlaced in (False, True):
            add(f"png-{colour}-{depth}{'-adam7' if interlaced else ''}", png(pixels, colour, depth, interlaced, extra, parts=3 if depth == 8 else 1), bytes(rgb))

rgb = [[random.randrange(256) for _ in range(3)] for _ in range(W * H)]
flat = bytes(v for p in rgb for v in p)
exif = b"MM\0\x2a\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, 6, 0, 0)
turned = Image.frombytes("RGB", (W, H), flat).transpose(Image.ROTATE_270)
add("png-exif-6", png(rgb, 2, 8, extra=chunk(b"eXIf", exif)), turned.tobytes(), H, W, check=False)


def bmp(bits, top_down):
    rows, table, pixels = [], b"", rgb
    if bits == 8:
        names = sorted({tuple(p) for p in rgb})[:200]
        table = b"".join(bytes([b, g, r, 0]) for r, g, b in names)
        pixels = [list(names[i % len(names)]) for i in range(W * H)]
    for y in range(H):
        row = b""
        for x in range(W):
            r, g, b = pixels[y * W + x]
            row += bytes([names.index((r, g, b))]) if bits == 8 else bytes([b, g, r] + ([random.randrange(256)] if bits == 32 else []))
        rows.append(row + bytes(-len(row) % 4))
    body = b"".join(rows if top_down else rows[::-1])
    start = 54 + len(table)
    return (b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start)
            + struct.pack("<IiiHHIIiiII", 40, W, -H if top_down else H, 1, bits, 0, len(body), 2835, 2835, len(table) // 4, 0) + table + body,
            bytes(v for p in pixels for v in p))


for bits in (8, 24, 32):
    for top_down in (False, True):
        add(f"bmp-{bits}{'-down' if top_down else ''}", *bmp(bits, top_down))

grey = [random.randrange(256) for _ in range(W * H)]
spread = bytes(v for g in grey for v in [g] * 3)
add("ppm-binary", b"P6\n# a comment\n%d %d\n255\n" % (W, H) + flat, flat)
add("pgm-binary", b"P5 %d %d 255\n" % (W, H) + bytes(grey), spread)
add("ppm-text", b"P3\n%d %d\n255\n" % (W, H) + b"\n".join(b"%d %d %d" % tuple(p) for p in rgb), flat, check=False)
ink = [random.randrange(17) for _ in range(W * H)]
add("pgm-text-16", b"P2\n%d %d\n16\n" % (W, H) + b" ".join(b"%d" % v for v in ink) + b"\n", bytes(v for i in ink for v in [(i * 510 + 16) // 32] * 3), check=False)
wide = [random.randrange(65536) for _ in range(W * H)]
add("pgm-16-bits", b"P5 %d %d 65535\n" % (W, H) + struct.pack(f">{W * H}H", *wide), bytes(v for w in wide for v in [to8(w, 16)] * 3), check=False)

smooth = Image.new("RGB", (37, 23))
smooth.putdata([(7 * x % 256, 11 * y % 256, (5 * x + 3 * y) % 256) for y in range(23) for x in range(37)])
for name, image, options in (
        ("jpeg-444", smooth, {"quality": 92, "subsampling": 0}),
        ("jpeg-420", smooth, {"quality": 80, "subsampling": 2}),
        ("jpeg-progressive", smooth, {"quality": 80, "progressive": True}),
        ("jpeg-grey", smooth.convert("L"), {"quality": 85}),
        *((f"jpeg-exif-{o}", smooth, {"quality": 85, "subsampling": 0, "exif": exif.replace(struct.pack(">HHI", 6, 0, 0), struct.pack(">HHI", o, 0, 0))}) for o in range(2, 9))):
    if "exif" in options:
        options["exif"] = b"Exif\0\0" + options["exif"]
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(buffer.getvalue()))).convert("RGB")
    add(name, buffer.getvalue(), upright.tobytes(), *upright.size, tolerance=1, check=False)

Path(__file__).with_name("pictures.json").write_text("[\n" + ",\n".join(json.dumps(v) for v in vectors) + "\n]\n")
print(len(vectors), "pictures")
