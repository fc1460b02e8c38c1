#!/usr/bin/env python3
"""Make a corpus of awkward and hostile uploads for testing OUR OWN server on loopback.

    python bad_images.py OUT_DIR [--quick] [--seed N] [--check [--strict]]

Every file is generated (Pillow + struct + zlib + zipfile; no download, no network).  Nothing here is
executable malware: scripts only set a marker (`window.EVALHUB_XSS = 1`), zip members that try to
escape hold the text "escaped", and formula cells only compute 1+1-style values.

OUT_DIR gets   images/  archives/  tables/  MANIFEST.json
MANIFEST.json  one record per file: path, class, expect, checks, size, sha256
  expect: accept     must import and get a correct thumbnail
          normalize  may import, but the SERVED bytes/thumbnail must be re-encoded, upright, metadata-free
          reject     must be refused with a clean 4xx / per-row error, never 5xx, never stored in part
          either     policy choice; must be fast, bounded in memory, and consistent
--check   opens each image with a small reference policy in a child process that has limits on memory,
          CPU and wall time, and prints one line per file (an oracle for the corpus, not the product).
          It fails where `expect` and the reference policy disagree.
The seed changes pixels and GPS values, never the classes.
"""
from __future__ import annotations

import argparse
import hashlib
import io
import json
import random
import shutil
import stat
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

from PIL import Image, ImageCms, ImageDraw, PngImagePlugin, features

try:  # optional
    import pillow_heif
    pillow_heif.register_heif_opener()
    HAVE_HEIF = True
except Exception:  # noqa: BLE001
    HAVE_HEIF = False

MARK = "EVALHUB_XSS"
FIXED = (2024, 1, 2, 3, 4, 6)


# ---------------------------------------------------------------- helpers
def chunk(kind: bytes, data: bytes, crc: int | None = None) -> bytes:
    c = zlib.crc32(kind + data) & 0xFFFFFFFF if crc is None else crc
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", c)


PNG_SIG = b"\x89PNG\r\n\x1a\n"


def ihdr(w, h, depth=8, color=0):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, color, 0, 0, 0))


def png_raw(w, h, depth, color, row: bytes, extra=b"", level=9) -> bytes:
    """A PNG of h identical rows, deflated as a stream: h*len(row) is never held in memory."""
    z, out = zlib.compressobj(level), []
    block_rows = max(1, (1 << 20) // (len(row) + 1))
    block, left = (b"\0" + row) * block_rows, h
    while left:
        n = min(left, block_rows)
        out.append(z.compress(block[: n * (len(row) + 1)]))
        left -= n
    out.append(z.flush())
    return PNG_SIG + ihdr(w, h, depth, color) + extra + chunk(b"IDAT", b"".join(out)) + chunk(b"IEND", b"")


def save(im: Image.Image, fmt: str, **kw) -> bytes:
    b = io.BytesIO()
    im.save(b, fmt, **kw)
    return b.getvalue()


def picture(rng, w=96, h=64, mode="RGB") -> Image.Image:
    """Asymmetric: red square top left, green top right, blue bottom left -> orientation can be read."""
    im = Image.new("RGB", (w, h), (rng.randrange(200, 256),) * 3)
    d = ImageDraw.Draw(im)
    s = max(1, min(w, h) // 4)
    d.rectangle((0, 0, s, s), fill=(255, 0, 0))
    d.rectangle((w - 1 - s, 0, w - 1, s), fill=(0, 160, 0))
    d.rectangle((0, h - 1 - s, s, h - 1), fill=(0, 0, 255))
    for _ in range(6):
        x, y = rng.randrange(w), rng.randrange(h)
        d.point((x, y), fill=(rng.randrange(256), rng.randrange(256), rng.randrange(256)))
    return im if mode == "RGB" else im.convert(mode)


def gps_exif(rng, orientation=1) -> bytes:
    ex = Image.Exif()
    ex[0x0112] = orientation
    ex[0x010F], ex[0x0110] = "EvalhubCam", "SecretModel-77"
    ex[0x013B] = "PRIVATE PERSON NAME"
    ex[0x010E] = "=1+1 private description"
    gps = ex.get_ifd(0x8825)
    gps[1], gps[2] = "N", (51.0, float(rng.randrange(60)), 12.5)
    gps[3], gps[4] = "W", (0.0, float(rng.randrange(60)), 7.25)
    return ex.tobytes()


XMP = (b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
       b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc='
       b'"http://purl.org/dc/elements/1.1/" dc:creator="PRIVATE PERSON NAME"/></rdf:RDF></x:xmpmeta>'
       b'<?xpacket end="w"?>')


def insert_app(jpeg: bytes, marker: int, payload: bytes) -> bytes:
    assert jpeg[:2] == b"\xff\xd8" and len(payload) < 65534
    return jpeg[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload + jpeg[2:]


def jpeg_with_dims(jpeg: bytes, w: int, h: int) -> bytes:
    """Rewrite the size in the SOF header: the header lies about the pixels."""
    i = 2
    while i < len(jpeg):
        m, n = jpeg[i + 1], struct.unpack(">H", jpeg[i + 2:i + 4])[0]
        if 0xC0 <= m <= 0xC3:
            return jpeg[:i + 5] + struct.pack(">HH", h, w) + jpeg[i + 9:]
        i += 2 + n
    raise ValueError


def zinfo(name, mode=0o644, ftype=stat.S_IFREG):
    zi = zipfile.ZipInfo(name, FIXED)
    zi.create_system = 3
    zi.external_attr = (ftype | mode) << 16
    zi.compress_type = zipfile.ZIP_DEFLATED
    return zi


def make_zip(entries) -> bytes:
    """entries: (name | ZipInfo, bytes). Names are written as they are, traversal and all."""
    import warnings
    b = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(b, "w", zipfile.ZIP_DEFLATED) as z:
        warnings.simplefilter("ignore")  # duplicate names are on purpose
        for name, data in entries:
            zi = name if isinstance(name, zipfile.ZipInfo) else zinfo("x")
            if not isinstance(name, zipfile.ZipInfo):
                zi.filename = name
            z.writestr(zi, data)
    return b.getvalue()


def zip_of_zeros(name: str, size: int) -> bytes:
    b, block = io.BytesIO(), b"\0" * (1 << 20)
    with zipfile.ZipFile(b, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        with z.open(zinfo(name), "w", force_zip64=False) as f:
            for _ in range(size >> 20):
                f.write(block)
    return b.getvalue()


def overlap_zip(n: int, payload: bytes) -> bytes:
    """n central-directory entries that all point at ONE local header (overlap bomb, small form)."""
    comp = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = comp.compress(payload) + comp.flush()
    crc = zlib.crc32(payload) & 0xFFFFFFFF
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0x5821, crc, len(data), len(payload), 5, 0)
    body, cd = local + b"a.jpg" + data, b""
    for i in range(n):
        nm = b"%05d.jpg" % i
        cd += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 0x5821, crc, len(data),
                          len(payload), len(nm), 0, 0, 0, 0, 0, 0) + nm
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, n, n, len(cd), len(body), 0)
    return body + cd + end


# ---------------------------------------------------------------- the corpus
class Corpus:
    def __init__(self, out: Path, rng: random.Random):
        self.out, self.rng, self.rows = out, rng, []

    def add(self, rel: str, data: bytes, klass: str, expect: str, checks: str):
        p = self.out / rel
        p.parent.mkdir(parents=True, exist_ok=True)
        p.write_bytes(data)
        self.rows.append(dict(path=rel, klass=klass, expect=expect, checks=checks, bytes=len(data),
                              sha256=hashlib.sha256(data).hexdigest()))


def images(c: Corpus, quick: bool):
    r, I = c.rng, "images/"
    pic = picture(r)
    jpg, png = save(pic, "JPEG", quality=90), save(pic, "PNG")
    big = save(picture(r, 1600, 1200), "JPEG", quality=85)

    # -- plain controls
    c.add(I + "ok_plain.jpg", jpg, "control", "accept", "baseline")
    c.add(I + "ok_plain.png", png, "control", "accept", "baseline")
    c.add(I + "ok_large.jpg", big, "control", "accept", "baseline, 1600x1200")
    c.add(I + "dup_same_bytes.jpg", jpg, "duplicate", "either", "same sha256 as ok_plain.jpg: dedupe or report, never silent double")
    c.add(I + "upper.JPG", jpg, "extension", "accept", "upper-case extension")
    c.add(I + "wrong_ext_png.jpg", png, "extension", "either", "PNG bytes named .jpg: sniff; refuse, or serve as image/png or re-encoded, never image/jpeg")
    c.add(I + "no_extension", jpg, "extension", "either", "no extension")
    c.add(I + "shell.php.jpg", jpg, "extension", "accept", "double extension; stored under a generated name")

    # -- broken
    c.add(I + "zero.jpg", b"", "broken", "reject", "0 bytes")
    c.add(I + "one_byte.png", b"\x89", "broken", "reject", "1 byte")
    c.add(I + "header_only.jpg", jpg[:20], "broken", "reject", "20 bytes of JPEG")
    c.add(I + "random.jpg", bytes(r.randrange(256) for _ in range(4096)), "broken", "reject", "noise")
    c.add(I + "truncated.jpg", big[: len(big) // 2], "broken", "reject", "half a JPEG: open() works, load() fails")
    c.add(I + "truncated.png", save(picture(r, 400, 300), "PNG")[:-40], "broken", "reject", "IEND and tail of IDAT missing")
    c.add(I + "bad_crc.png", PNG_SIG + chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 0, 0, 0, 0), 1) + png[33:], "broken", "reject", "IHDR CRC wrong")
    c.add(I + "short_idat.png", PNG_SIG + ihdr(500, 500) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b""), "broken", "reject", "too few pixels")
    c.add(I + "trailing_garbage.jpg", jpg + b"A" * 1_000_000, "broken", "normalize", "1 MB after EOI: must not be served back")
    c.add(I + "zero_width.png", PNG_SIG + ihdr(0, 10) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b""), "broken", "reject", "width 0")

    # -- pixel and metadata bombs
    if not quick:
        c.add(I + "bomb_30000x30000.png", png_raw(30000, 30000, 8, 0, b"\0" * 30000), "bomb", "reject", "900 Mpx in <1 MB; refuse from the header, before load()")
    c.add(I + "bomb_under_error_limit.png", png_raw(12000, 12000, 1, 0, b"\0" * 1500), "bomb", "reject", "144 Mpx at 1 bit: Pillow only WARNS here; own limit needed")
    c.add(I + "bomb_header_65500.jpg", jpeg_with_dims(jpg, 65500, 65500), "bomb", "reject", "SOF lies: 4.3 Gpx")
    c.add(I + "bomb_header_png.png", PNG_SIG + ihdr(0x7FFFFFF, 0x7FFFFFF) + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b""), "bomb", "reject", "IHDR lies")
    c.add(I + "bomb_gif_screen.gif", b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" + b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00;", "bomb", "reject", "logical screen 65535x65535, one 1x1 frame")
    zt = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * (64 << 20), 9))
    c.add(I + "bomb_ztxt.png", PNG_SIG + ihdr(4, 4) + zt + chunk(b"IDAT", zlib.compress((b"\0" + b"\0" * 4) * 4)) + chunk(b"IEND", b""), "bomb", "reject", "64 MB text chunk in 64 kB")
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    icc = icc[:24] + struct.pack(">6H", *FIXED) + icc[36:84] + b"\0" * 16 + icc[100:]  # no clock in the bytes
    c.add(I + "icc_srgb.jpg", save(pic, "JPEG", icc_profile=icc), "icc", "accept", "normal profile")
    c.add(I + "icc_huge_4mb.jpg", save(pic, "JPEG", icc_profile=icc + b"\0" * (4 << 20)), "icc", "normalize", "4 MB profile in 65 segments; thumbnails must not carry it")
    c.add(I + "icc_bomb.png", PNG_SIG + ihdr(4, 4) + chunk(b"iCCP", b"x\0\0" + zlib.compress(b"\0" * (64 << 20), 9)) + chunk(b"IDAT", zlib.compress((b"\0" + b"\0" * 4) * 4)) + chunk(b"IEND", b""), "bomb", "either", "64 MB profile in 64 kB; memory must stay bounded")
    c.add(I + "icc_garbage.jpg", save(pic, "JPEG", icc_profile=b"not a profile" * 20), "icc", "normalize", "broken profile must not cause a 500")

    # -- geometry
    c.add(I + "tiny_1x1.png", save(Image.new("RGB", (1, 1), (9, 9, 9)), "PNG"), "geometry", "accept", "1x1")
    c.add(I + "thin_1x20000.png", save(Image.new("RGB", (1, 20000), (200, 0, 0)), "PNG"), "geometry", "accept", "thumbnail side must be >= 1")
    c.add(I + "thin_20000x1.png", save(Image.new("RGB", (20000, 1), (0, 0, 200)), "PNG"), "geometry", "accept", "likewise")

    # -- colour modes
    c.add(I + "cmyk.jpg", save(pic.convert("CMYK"), "JPEG"), "mode", "accept", "thumbnail not inverted: top-left must stay red")
    c.add(I + "grey.jpg", save(pic.convert("L"), "JPEG"), "mode", "accept", "grey")
    c.add(I + "bit1.png", save(pic.convert("1"), "PNG"), "mode", "accept", "1 bit")
    pal = pic.quantize(16)
    c.add(I + "palette_transparent.png", save(pal, "PNG", transparency=0), "mode", "accept", "palette + tRNS")
    rgba = pic.convert("RGBA")
    rgba.putalpha(128)
    c.add(I + "rgba.png", save(rgba, "PNG"), "mode", "accept", "alpha: JPEG thumbnail needs flattening")
    c.add(I + "la.png", save(rgba.convert("LA"), "PNG"), "mode", "accept", "grey+alpha")
    g16 = Image.new("I;16", (64, 48))
    g16.putdata([(x * 1000) & 0xFFFF for y in range(48) for x in range(64)])
    c.add(I + "grey16.png", save(g16, "PNG"), "mode", "accept", "16-bit grey: scale, do not clip to white")
    row = b"".join(struct.pack(">HHH", x * 1023, 0, 65535 - x * 1023) for x in range(64))
    c.add(I + "rgb16.png", png_raw(64, 48, 16, 2, row), "mode", "accept", "16-bit RGB")
    c.add(I + "float.tif", save(Image.new("F", (32, 32), 0.5), "TIFF"), "mode", "either", "32-bit float TIFF")

    # -- EXIF, GPS and other metadata
    T = Image.Transpose
    undo = {2: T.FLIP_LEFT_RIGHT, 3: T.ROTATE_180, 4: T.FLIP_TOP_BOTTOM, 5: T.TRANSPOSE, 6: T.ROTATE_90,
            7: T.TRANSVERSE, 8: T.ROTATE_270}
    for o in range(1, 9):  # the UPRIGHT picture is always `pic`: 96x64, red top left
        ex = Image.Exif()
        ex[0x0112] = o
        raw = pic.transpose(undo[o]) if o in undo else pic
        c.add(I + f"orient_{o}.jpg", save(raw, "JPEG", exif=ex.tobytes(), quality=95), "exif", "normalize", f"orientation {o}: upright (96x64, red top left) in every view")
    ex = Image.Exif()
    ex[0x0112] = 6
    c.add(I + "orient_6.png", save(pic.transpose(undo[6]), "PNG", exif=ex.tobytes()), "exif", "normalize", "eXIf chunk in a PNG")
    ex[0x0112] = 99
    c.add(I + "orient_99.jpg", save(pic, "JPEG", exif=ex.tobytes()), "exif", "normalize", "invalid orientation: treat as 1")
    c.add(I + "gps.jpg", save(pic, "JPEG", exif=gps_exif(r)), "privacy", "normalize", "GPS + name must not be in served bytes, thumbnails or exports")
    c.add(I + "gps.png", save(pic, "PNG", exif=gps_exif(r)), "privacy", "normalize", "likewise in PNG")
    c.add(I + "xmp_name.jpg", insert_app(jpg, 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP), "privacy", "normalize", "name in XMP")
    c.add(I + "exif_garbage.jpg", insert_app(jpg, 0xE1, b"Exif\0\0II*\0" + b"\xff" * 400), "exif", "normalize", "unreadable EXIF must not cause a 500")
    loop = b"Exif\0\0II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1) + struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    c.add(I + "exif_loop.jpg", insert_app(jpg, 0xE1, loop), "exif", "normalize", "Exif IFD points at itself")
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", f"<script>window.{MARK}=1</script>")
    info.add_itxt("Author", "PRIVATE PERSON NAME")
    c.add(I + "text_script.png", save(pic, "PNG", pnginfo=info), "privacy", "normalize", "script text in tEXt; stripped, and escaped if shown")
    c.add(I + "comment_html.jpg", insert_app(jpg, 0xFE, f"<html><body><script>window.{MARK}=1</script>".encode()), "sniff", "normalize", "HTML in COM: nosniff and re-encode")

    # -- many frames, pages, containers
    n = 60 if quick else 1000
    frames = [Image.new("P", (16, 16), i % 200) for i in range(n)]
    c.add(I + f"animated_{n}.gif", save(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=10, loop=0, optimize=False), "frames", "either", "only the first frame is decoded; bounded time")
    fr = [Image.new("RGB", (32, 32), (i * 8 % 256, 0, 0)) for i in range(30)]
    c.add(I + "animated.apng.png", save(fr[0], "PNG", save_all=True, append_images=fr[1:]), "frames", "either", "APNG")
    tp = 20 if quick else 200
    pages = [Image.new("L", (64, 64), i % 256) for i in range(tp)]
    c.add(I + "multipage.tif", save(pages[0], "TIFF", save_all=True, append_images=pages[1:]), "frames", "either", f"{tp}-page TIFF: refuse or page 1, and say so")
    tif = bytearray(save(pic, "TIFF"))
    off = struct.unpack("<I", tif[4:8])[0]
    cnt = struct.unpack("<H", tif[off:off + 2])[0]
    tif[off + 2 + 12 * cnt: off + 6 + 12 * cnt] = struct.pack("<I", off)
    c.add(I + "ifd_loop.tif", bytes(tif), "frames", "either", "next-IFD points at itself: n_frames must not spin")
    c.add(I + "mpo_two.jpg", save(pic, "MPO", save_all=True, append_images=[picture(r)]), "frames", "normalize", "MPO: the second picture must not be served")

    # -- modern and odd formats
    for ext, feat, kw in (("webp", "webp", {}), ("avif", "avif", {})):
        if features.check(feat):
            c.add(I + f"ok.{ext}", save(pic, ext.upper(), **kw), "format", "either", f"{ext}: accept with a thumbnail, or refuse by name")
            c.add(I + f"animated.{ext}", save(fr[0], ext.upper(), save_all=True, append_images=fr[1:]), "frames", "either", f"animated {ext}")
            w = save(picture(r, 400, 300), ext.upper())
            c.add(I + f"truncated.{ext}", w[: len(w) // 2], "broken", "reject", f"half a {ext}")
            c.add(I + f"gps.{ext}", save(pic, ext.upper(), exif=gps_exif(r)), "privacy", "normalize", f"GPS in {ext}")
    if HAVE_HEIF:
        c.add(I + "ok.heic", save(pic, "HEIF"), "format", "either", "HEIC: accept with a thumbnail, or refuse by name")
    else:  # a box header is enough for the 'refuse by name' branch
        c.add(I + "fake.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 64, "format", "reject", "HEIC brand, no picture")
    c.add(I + "ok.bmp", save(pic, "BMP"), "format", "either", "outside the allow-list?")
    c.add(I + "ok.ico", save(pic, "ICO"), "format", "either", "outside the allow-list?")
    if features.check("jpg_2000"):
        c.add(I + "ok.jp2", save(pic, "JPEG2000"), "format", "either", "outside the allow-list?")
    c.add(I + "eps_named.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n", "format", "reject", "EPS must never reach Ghostscript: pass formats=[...] to Image.open")
    c.add(I + "psd_named.png", b"8BPS\0\x01" + b"\0" * 6 + struct.pack(">HIIHH", 3, 10, 10, 8, 3) + b"\0" * 64, "format", "reject", "PSD named .png")

    # -- active content
    svg = ('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="window.%s=1">'
           '<script>window.%s=1</script><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" '
           'src="javascript:void(parent.%s=1)"/></foreignObject></svg>' % (MARK, MARK, MARK)).encode()
    c.add(I + "script.svg", svg, "active", "reject", "SVG with script")
    c.add(I + "svg_named.png", svg, "active", "reject", "SVG with script named .png")
    c.add(I + "xxe.svg", b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/hostname">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>', "active", "reject", "external entity")
    ent = "".join(f'<!ENTITY l{i} "{"&l%d;" % (i - 1) * 10}">' for i in range(1, 9))
    c.add(I + "laughs.svg", f'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY l0 "ha">{ent}]><svg xmlns="http://www.w3.org/2000/svg"><text>&l8;</text></svg>'.encode(), "active", "reject", "entity expansion")
    html = f"<!doctype html><title>x</title><script>window.{MARK}=1</script>".encode()
    c.add(I + "html_named.jpg", html, "active", "reject", "HTML named .jpg")
    c.add(I + "html_named.gif", b"GIF89a" + html, "active", "reject", "GIF magic + HTML")
    # GIF/JS polyglot: width 0x2A2F ("/*") opens a comment that closes after the trailer
    g = bytearray(save(Image.new("P", (4, 4), 1), "GIF"))
    g[6:8] = b"/*"
    c.add(I + "polyglot_js.gif", bytes(g) + f"*/=1;window.{MARK}=1;".encode(), "active", "either", "GIF that is also JavaScript: refuse, or serve re-encoded with nosniff; never the bytes")
    c.add(I + "polyglot_zip.jpg", jpg + make_zip([("evil.txt", b"escaped")]), "active", "normalize", "JPEG + ZIP: served bytes must not hold the zip")
    c.add(I + "polyglot_html_tail.png", png + html, "active", "normalize", "PNG + HTML tail")

    # -- names (same good bytes: only the name is hostile)
    for nm, why in [("space name.jpg", "space"), ("uni_\u00e9\u4f60\u597d_\U0001F600.jpg", "unicode NFC + emoji"),
                    ("nfd_e\u0301.jpg", "NFD form of \u00e9"), ("rtl_\u202egpj.exe.jpg", "right-to-left override"),
                    ('q"uote\'s;.jpg', "quotes: Content-Disposition"), ("-rf.jpg", "leading dash"),
                    ("new\nline\r\nX-Evil: 1.jpg", "CRLF: header injection"), ("..%2f..%2fetc.jpg", "encoded traversal"),
                    ("<img src=x onerror=window.%s=1>.jpg" % MARK, "HTML in a name"),
                    ("=HYPERLINK(0).jpg", "formula in a name: reaches CSV exports"), ("@SUM(1).jpg", "formula"),
                    ("CON.jpg", "reserved on Windows"), ("trailing. .jpg", "dot and space"), ("{{7*7}}{%x%}.jpg", "template syntax"),
                    ("n" * 240 + ".jpg", "244 bytes"), (".hidden.jpg", "dotfile")]:
        nm = nm.replace("/", "_")  # a slash can only travel inside a zip or a multipart header
        c.add(I + "names/" + nm, jpg, "name", "accept", why + "; stored under a generated key, original name kept as text and escaped")


def archives(c: Corpus, quick: bool):
    r, A = c.rng, "archives/"
    jpg = save(picture(r), "JPEG")
    ok = [(f"set/{i:03d}.jpg", save(picture(r), "JPEG")) for i in range(12)]
    c.add(A + "ok.zip", make_zip(ok), "zip", "accept", "12 good pictures")
    c.add(A + "mixed.zip", make_zip(ok[:5] + [("set/bad.jpg", b"nope"), ("set/notes.txt", b"hi"), ("__MACOSX/._a.jpg", b"\0"), (".DS_Store", b"\0")]), "zip", "either", "5 good + junk: per-file report, no silent drop")
    for nm, why in [("../../evil.jpg", "zip_slip_dotdot"), ("/tmp/evalhub_escape.jpg", "zip_slip_absolute"),
                    ("..\\..\\evil.jpg", "zip_slip_backslash"), ("C:\\evil.jpg", "zip_drive"),
                    ("a/../../../evil.jpg", "zip_slip_inner"), ("ok.jpg\0.txt", "zip_nul_name")]:
        c.add(A + why + ".zip", make_zip([ok[0], (nm, jpg)]), "zip-slip", "reject", f"member {nm!r}: refuse, nothing written outside")
    link = zinfo("link.jpg", 0o777, stat.S_IFLNK)
    c.add(A + "symlink.zip", make_zip([ok[0], (link, b"/etc/hostname")]), "zip-slip", "reject", "symlink member")
    dlink = zinfo("d", 0o777, stat.S_IFLNK)
    c.add(A + "symlink_dir.zip", make_zip([(dlink, b"/tmp"), ("d/evalhub_escape.jpg", jpg)]), "zip-slip", "reject", "symlink to a folder, then a member through it")
    c.add(A + "bomb_ratio.zip", zip_of_zeros("big.jpg", (32 if quick else 512) << 20), "zip-bomb", "reject", "about 1000:1; stop on declared AND on real size")
    c.add(A + "bomb_overlap.zip", overlap_zip(2000 if quick else 20000, b"\0" * (1 << 20)), "zip-bomb", "reject", "overlapping entries: 1 MiB x N in about 1 MB")
    c.add(A + "bomb_count.zip", make_zip([(f"{i}.jpg", b"") for i in range(2000 if quick else 50000)]), "zip-bomb", "reject", "member count")
    lie = bytearray(zip_of_zeros("lie.jpg", 16 << 20))
    cd = lie.rfind(b"PK\x01\x02")
    lie[cd + 24:cd + 28] = struct.pack("<I", 1000)
    c.add(A + "lying_size.zip", bytes(lie), "zip-bomb", "reject", "central directory says 1000 bytes, the stream holds 16 MiB")
    nest = make_zip([("0.jpg", jpg)])
    for i in range(8):
        nest = make_zip([(f"{i}.zip", nest)])
    c.add(A + "nested.zip", nest, "zip", "reject", "8 zips deep: never recurse")
    c.add(A + "duplicate_names.zip", make_zip([("a.jpg", jpg), ("a.jpg", ok[1][1]), ("A.jpg", ok[2][1])]), "zip", "either", "same name twice, and by case: none may overwrite another")
    c.add(A + "truncated.zip", make_zip(ok)[:-30], "zip", "reject", "no end record")
    enc = bytearray(make_zip([("a.jpg", jpg)]))
    for sig, o in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        i = enc.find(sig)
        enc[i + o] |= 1
    c.add(A + "encrypted_flag.zip", bytes(enc), "zip", "reject", "asks for a password: clean error")
    c.add(A + "empty.zip", make_zip([]), "zip", "reject", "no members: clean error")
    c.add(A + "not_a.zip", jpg, "zip", "reject", "JPEG named .zip")
    c.add(A + "zip_with_svg_html.zip", make_zip([ok[0], ("x.svg", b"<svg onload='window.%s=1'/>" % MARK.encode()), ("y.html", b"<script>window.%s=1</script>" % MARK.encode())]), "active", "either", "active members never stored or served")


def tables(c: Corpus):
    r, T = c.rng, "tables/"
    head = "external_id,filename,caption\n"
    c.add(T + "ok.csv", (head + "a1,ok_plain.jpg,hello\n").encode(), "csv", "accept", "control")
    cells = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "=HYPERLINK(0)", '"=1+1"', "\uff1d1+1", "; =1+1", "'=1+1", " =1+1"]
    body = "".join('f%d,ok_plain.jpg,"%s"\n' % (i, x.replace('"', '""')) for i, x in enumerate(cells))
    c.add(T + "formulas.csv", (head + body).encode(), "csv-injection", "accept", "must round-trip as text; the exported cell must not start with = + - @ TAB CR")
    c.add(T + "formula_header.csv", "=1+1,filename\nx,ok_plain.jpg\n".encode(), "csv-injection", "either", "formula as a column name")
    c.add(T + "bom_crlf.csv", b"\xef\xbb\xbf" + (head + "b1,ok_plain.jpg,x\n").replace("\n", "\r\n").encode(), "csv", "accept", "BOM + CRLF")
    c.add(T + "utf16.csv", (head + "c1,ok_plain.jpg,x\n").encode("utf-16"), "csv", "either", "UTF-16: accept or say so")
    c.add(T + "latin1.csv", (head + "d1,ok_plain.jpg,caf\u00e9\n").encode("latin-1"), "csv", "either", "not UTF-8: clean error with the line number")
    c.add(T + "nul.csv", (head + "e1,ok_plain.jpg,a\0b\n").encode(), "csv", "reject", "NUL byte: PostgreSQL text refuses it; never a 500")
    c.add(T + "surrogate.json", b'[{"external_id": "s1", "caption": "\\ud800"}]', "json", "reject", "lone surrogate")
    c.add(T + "duplicate_ids.csv", (head + "x,a.jpg,1\nx,b.jpg,2\n").encode(), "csv", "reject", "same external_id twice in one file")
    c.add(T + "traversal.csv", (head + "t1,../../etc/hostname,x\nt2,/etc/hostname,y\nt3,file:///etc/hostname,z\nt4,http://127.0.0.1:1/x.jpg,w\n").encode(), "ssrf", "reject", "file names only; no paths, no URL is fetched")
    c.add(T + "quote_open.csv", (head + 'q1,ok_plain.jpg,"never closed\n' + "q2,a.jpg,x\n" * 50).encode(), "csv", "reject", "unclosed quote must not swallow rows silently")
    c.add(T + "wide.csv", (",".join(f"c{i}" for i in range(5000)) + "\n" + ",".join("1" for _ in range(5000)) + "\n").encode(), "csv", "reject", "5000 columns")
    c.add(T + "huge_cell.csv", (head + "h1,ok_plain.jpg," + "A" * 2_000_000 + "\n").encode(), "csv", "reject", "2 MB cell")
    c.add(T + "deep.json", b"[" * 200000 + b"]" * 200000, "json", "reject", "nesting: RecursionError is not a 500")
    c.add(T + "nan.json", b'[{"external_id": "n1", "weight": NaN, "x": 1e400}]', "json", "reject", "NaN and Infinity")
    c.add(T + "xss.csv", (head + f"x1,ok_plain.jpg,<script>window.{MARK}=1</script>\nx2,ok_plain.jpg,\"</textarea><img src=x onerror=window.{MARK}=1>\"\n").encode(), "xss", "accept", "shown as text in every page, admin included")


# ---------------------------------------------------------------- reference policy (oracle)
# "MPO" must NOT be listed: it has no opener of its own (JPEG's makes it), and Pillow then raises KeyError
# instead of UnidentifiedImageError for every file that is not a picture.
ALLOWED = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF")
CORNERS = ("ok_", "orient_", "cmyk", "icc_", "gps", "xmp", "exif_", "palette", "rgba", "names/", "shell", "upper")
MAX_PIXELS, MAX_SIDE = 50_000_000, 32_768


def probe(path: str) -> str:
    import warnings
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    from PIL import ImageFile, ImageOps
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    data = Path(path).read_bytes()
    if not data:
        return "reject empty"
    try:
        im = Image.open(io.BytesIO(data), formats=[f for f in ALLOWED if f != "AVIF" or features.check("avif")])
        w, h = im.size
        if w * h > MAX_PIXELS or max(w, h) > MAX_SIDE or not w or not h:
            return f"reject pixels {w}x{h}"
        im.load()
        im = ImageOps.exif_transpose(im)
        if im.mode.startswith("I") or im.mode == "F":
            im = im.convert("F")
            lo, hi = im.getextrema()
            im = im.point(lambda v, k=255.0 / ((hi - lo) or 1), lo=lo: v * k + -lo * k).convert("L")
        im = im.convert("RGBA" if "A" in im.getbands() or "transparency" in im.info else "RGB")
        if im.mode == "RGBA":
            flat = Image.new("RGB", im.size, "white")
            flat.paste(im, mask=im.getchannel("A"))
            im = flat
        im.thumbnail((512, 512))
        out = Image.frombytes("RGB", im.size, im.tobytes())  # drops all metadata
        b = io.BytesIO()
        out.save(b, "JPEG", quality=85)
        note = ""
        if any(k in path for k in CORNERS) and out.size[0] > 32:
            (x, y), dom = out.size, lambda q: max(range(3), key=lambda i: out.getpixel(q)[i])
            if (dom((2, 2)), dom((x - 3, 2)), dom((2, y - 3))) != (0, 1, 2):
                note = " CORNERS WRONG"
        leak = [n for n in (b"PRIVATE PERSON", b"EvalhubCam", MARK.encode(), b"PK\x03\x04", b"GPS") if n in b.getvalue()]
        return f"accept {w}x{h} -> {out.size[0]}x{out.size[1]}" + (f" LEAK {leak}" if leak else "") + note
    except Exception as e:  # noqa: BLE001
        return f"reject {type(e).__name__}: {str(e)[:70]}"


def probe_zip(path: str) -> str:
    """Names, links, counts and sizes are judged before anything is read; reading is capped as well."""
    cap, files = 200 << 20, 10_000
    try:
        with zipfile.ZipFile(path) as z:
            infos = z.infolist()
            if not infos or len(infos) > files:
                return f"reject {len(infos)} members"
            if sum(i.file_size for i in infos) > cap:
                return "reject declared size"
            seen = set()
            for i in infos:
                nm = i.orig_filename
                if (nm.startswith("/") or "\\" in nm or "\0" in nm or ":" in nm or ".." in nm.split("/")
                        or stat.S_ISLNK(i.external_attr >> 16) or i.flag_bits & 1):
                    return f"reject member {ascii(nm)[:40]}"
                if nm.lower().endswith((".zip", ".gz", ".7z")) or nm.casefold() in seen:
                    return f"reject nested or duplicate {ascii(nm)[:40]}"
                seen.add(nm.casefold())
            left = cap
            for i in infos:
                with z.open(i) as f:
                    while block := f.read(1 << 16):
                        left -= len(block)
                        if left < 0:
                            return "reject real size"
        return f"accept {len(infos)} members"
    except Exception as e:  # noqa: BLE001
        return f"reject {type(e).__name__}: {str(e)[:70]}"


def check(out: Path, rows, strict: bool) -> int:
    import resource
    bad = 0

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        resource.setrlimit(resource.RLIMIT_CPU, (10, 10))

    for row in [x for x in rows if not x["path"].startswith("tables/")]:
        t = time.monotonic()
        try:
            p = subprocess.run([sys.executable, __file__, "--probe", str(out / row["path"])], capture_output=True,
                               text=True, timeout=20, preexec_fn=limit)
            res = p.stdout.strip() or f"crash rc={p.returncode} {p.stderr.strip()[-80:]}"
        except subprocess.TimeoutExpired:
            res = "timeout"
        verdict, e = res.split(" ")[0], row["expect"]
        ok = verdict == e or e == "either" and verdict in ("accept", "reject") or e == "normalize" and verdict == "accept"
        ok = ok and "LEAK" not in res and "CORNERS" not in res
        bad += not ok
        print(f"{'ok ' if ok else 'BAD'} {time.monotonic() - t:5.2f}s {e:9} {ascii(row['path'])[:58]:58} {res}")
    print(f"{len(rows)} files, {bad} where the reference policy and `expect` disagree")
    return 1 if bad and strict else 0


def main(argv=None) -> int:
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("out", nargs="?")
    ap.add_argument("--quick", action="store_true", help="smaller bombs, for CI")
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--check", action="store_true")
    ap.add_argument("--strict", action="store_true")
    ap.add_argument("--probe")
    a = ap.parse_args(argv)
    if a.probe:
        import resource
        res = (probe_zip if a.probe.endswith(".zip") else probe)(a.probe)
        print(res, f"[{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB]")
        return 0
    if not a.out:
        ap.error("OUT_DIR needed")
    out = Path(a.out).resolve()
    if (out / "MANIFEST.json").exists():
        for d in ("images", "archives", "tables"):
            shutil.rmtree(out / d, ignore_errors=True)
    elif out.exists() and any(out.iterdir()):
        ap.error("OUT_DIR is not empty and holds no MANIFEST.json of ours")
    out.mkdir(parents=True, exist_ok=True)
    c = Corpus(out, random.Random(a.seed))
    images(c, a.quick)
    archives(c, a.quick)
    tables(c)
    (out / "MANIFEST.json").write_text(json.dumps(c.rows, indent=1, ensure_ascii=True) + "\n")
    by = {}
    for x in c.rows:
        by[x["klass"]] = by.get(x["klass"], 0) + 1
    print(f"{len(c.rows)} files, {sum(x['bytes'] for x in c.rows) / 1e6:.1f} MB in {out.name}/: "
          + ", ".join(f"{k} {v}" for k, v in sorted(by.items())))
    return check(out, c.rows, a.strict) if a.check else 0


if __name__ == "__main__":
    sys.exit(main())
