"""What stands on the pages of a PDF: lines with their places and sizes, tables, links. Runs in a process of its own.

A hostile PDF can keep any reader busy for hours or take all memory, and no library stops it. So `reader` runs this file
as a script, with limits on time and memory, and reads what it prints: a JSON object with `pages`, or with `error`.

pdfplumber gives characters with their places; pypdfium2, another engine, is asked for the text of each page as a check.
"""

import contextlib
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

MAX_PAGES = 500
MAX_CHARACTERS = 250_000
MAX_MEMORY = 800_000_000
MAX_SECONDS, SECONDS_A_PAGE = 15, 1
"""Of the processor: a page of text takes about a tenth of a second."""

_TOLERATED = 0.02
"""The share of a page's characters in which the two engines may differ."""

_MIN_CHARACTERS = 4
"""A page with fewer has no text, but perhaps a picture of it; a page number or stamp may stand beside."""

_CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]")
_BOLD = re.compile(r"bold|black|heavy|semib|-w[6-9]\b", re.IGNORECASE)


_MONOSPACED = re.compile(r"mono|courier|consol|menlo", re.IGNORECASE)
_RADICALS = dict(
    zip(
        "⺟⺠⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻯⻰⻳",
        "母民虎西见角贝车長长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿竜龙龟",
        strict=True,
    )
)
"""Radicals (U+2E80 on) that fonts give for the characters that look the same, and that NFKC keeps."""

_KANGXI = re.compile(f"[\u2f00-\u2fd5{''.join(_RADICALS)}]")


class Unreadable(Exception):
    """A PDF that cannot be imported: the message, and the page where there is one."""

    def __init__(self, message: str, page: int | None = None) -> None:
        super().__init__(message)
        self.page = page


def extract(path: str, on_pages: Callable[[int], None] = lambda count: None) -> dict[str, Any]:
    """Return the pages of a PDF file and its properties; `on_pages` is told their number first. Raises `Unreadable`."""
    checks = _checked_texts(path, on_pages)
    import pdfplumber

    _know_collections_by_their_cmap()
    pages = []
    with pdfplumber.open(path, raise_unicode_errors=False) as document:
        if len(document.pages) != len(checks):
            raise Unreadable("two engines disagree about the number of its pages; save it anew as PDF")
        for page, check in zip(document.pages, checks, strict=True):
            pages.append(_page(page, check))
            page.close()
        properties = {key: value for key, value in (document.metadata or {}).items() if isinstance(value, str)}
    return {"pages": pages, "properties": properties}


def _know_collections_by_their_cmap() -> None:
    """Let pdfminer read the characters of a font by the collection that its CMap gives, whatever the font says.

    A font may name a Unicode CMap of one collection and say that it has another one (reportlab's MSung-Light:
    `UniGB-UCS2-H` and Adobe-CNS1). Other readers go by the code; pdfminer would look it up in the wrong table.
    """
    from pdfminer import pdffont, pdfinterp

    collections = {"UniGB": "Adobe-GB1", "UniCNS": "Adobe-CNS1", "UniJIS": "Adobe-Japan1", "UniKS": "Adobe-Korea1"}

    class Font(pdffont.PDFCIDFont):  # type: ignore[misc]
        def get_cmap_from_spec(self, spec: Any, strict: bool) -> Any:
            name = self._get_cmap_name(spec, strict)
            if known := collections.get(str(name).split("-")[0]):
                self.cidcoding = known
            return super().get_cmap_from_spec(spec, strict)

    pdfinterp.PDFCIDFont = Font


def _checked_texts(path: str, on_pages: Callable[[int], None]) -> list[str]:
    """Return the text of each page as PDFium reads it."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise Unreadable("encrypted; save it without a password") from None
        raise Unreadable(f"damaged: {_line(error)}; expected a .pdf file with text") from None
    if count > MAX_PAGES:
        raise Unreadable(f"{count:,} pages; expected at most {MAX_PAGES}: split it")
    on_pages(count)
    texts, total = [], 0
    for index in range(count):
        try:
            page = document[index]
            text = page.get_textpage().get_text_range()
        except pypdfium2.PdfiumError as error:
            raise Unreadable(f"damaged: {_line(error)}; expected a .pdf file with text", index + 1) from None
        texts.append(text.replace("\r\n", "\n").replace("\r", "\n"))
        total += len(text)
        if total > MAX_CHARACTERS:
            raise Unreadable(f"more than {MAX_CHARACTERS:,} characters; split it", index + 1)
        page.close()
    if sum(len("".join(text.split())) for text in texts) < _MIN_CHARACTERS * max(count, 1):
        raise Unreadable("no text (a scan?); recognise its text (OCR) and save it with the text")
    return texts


def _page(page: Any, check: str) -> dict[str, Any]:
    deduplicated = page.dedupe_chars()
    for one in [*deduplicated.chars, *page.chars]:
        one["text"] = _KANGXI.sub(_character, one["text"])
    check = _KANGXI.sub(_character, check)
    characters = [one for one in deduplicated.chars if one.get("upright", True) or one["text"].strip()]
    if len(characters) > MAX_CHARACTERS:
        raise Unreadable(f"more than {MAX_CHARACTERS:,} characters on one page; split it", page.page_number)
    if any(one["text"].startswith("(cid:") for one in characters):
        raise Unreadable("its font does not say which characters it shows; save it anew as PDF", page.page_number)
    different = compare(characters, page.chars, check, page.page_number)
    links = [
        (link["x0"], link["top"], link["x1"], link["bottom"], str(link["uri"]))
        for link in page.hyperlinks
        if link.get("uri")
    ]
    tables = [_table(found, characters, links) for found in page.find_tables()] if page.edges else []
    tables = [table for table in tables if table["rows"] and max(map(len, table["rows"])) > 1 and any(table["rows"][0])]
    outside = [one for one in characters if not any(_inside(one, table["box"]) for table in tables)]
    lines = _lines(outside, links)
    _set_bullets(lines, [*page.curves, *page.rects])
    return {
        "number": page.page_number,
        "width": float(page.width),
        "height": float(page.height),
        "lines": lines,
        "tables": tables,
        "images": len(page.images),
        "different": different,
        "is_picture": bool(page.images) and sum(_visible(check).values()) < _MIN_CHARACTERS,
        "check": check,
    }


def _character(radical: re.Match[str]) -> str:
    return _RADICALS.get(radical[0]) or unicodedata.normalize("NFKC", radical[0])


def compare(characters: list[dict[str, Any]], with_doubles: list[dict[str, Any]], check: str, page: int) -> int:
    """Return in how many visible characters a page differs from what the other engine reads there.

    Letters may be printed twice to look bold: the other engine counts those once or twice. Raises `Unreadable` for a
    page that differs in more than a few.
    """
    different = min(_difference(characters, check), _difference(with_doubles, check))
    visible = max(sum(_visible(check).values()), 1)
    if different > max(_TOLERATED * visible, 3):
        message = f"two engines read its text differently ({different} of {visible} characters); save it anew as PDF"
        raise Unreadable(message, page)
    return different


def _visible(text: str) -> Counter[str]:
    plain = unicodedata.normalize("NFKC", text)
    return Counter(
        sign for sign in plain if not sign.isspace() and unicodedata.category(sign) not in ("Cc", "Cf", "Cn")
    )


def _difference(characters: list[dict[str, Any]], check: str) -> int:
    """Return how many visible characters one text has that the other has not."""
    ours, theirs = _visible("".join(one["text"] for one in characters)), _visible(check)
    return max(sum((ours - theirs).values()), sum((theirs - ours).values()))


def _inside(one: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    x, y = (one["x0"] + one["x1"]) / 2, (one["top"] + one["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _table(found: Any, characters: list[dict[str, Any]], links: list[Any]) -> dict[str, Any]:
    """Return a table as rows of cells, a merged cell in every place that it covers."""
    inner = [one for one in characters if _inside(one, found.bbox)]
    edges = sorted({round(edge, 1) for cell in found.cells for edge in (cell[0], cell[2])})
    tops = sorted({round(edge, 1) for cell in found.cells for edge in (cell[1], cell[3])})
    texts = {cell: _lines([one for one in inner if _inside(one, cell)], links) for cell in found.cells}
    rows = []
    for top, bottom in pairwise(tops):
        row = []
        for left, right in pairwise(edges):
            centre = {"x0": left, "x1": right, "top": top, "bottom": bottom}
            cell = next((cell for cell in found.cells if _inside(centre, cell)), None)
            row.append([line["spans"] for line in texts[cell]] if cell else [])
        if bottom - top > 1:
            rows.append(row)
    return {"box": found.bbox, "rows": rows}


def _lines(characters: list[dict[str, Any]], links: list[Any]) -> list[dict[str, Any]]:
    """Return characters put together into lines, from top to bottom; a wide gap divides a line into two."""
    rows: list[list[dict[str, Any]]] = []
    for one in sorted(characters, key=lambda one: ((one["top"] + one["bottom"]) / 2, one["x0"])):
        middle = (one["top"] + one["bottom"]) / 2
        for row in rows[-3:]:
            if row[0]["top"] <= middle <= row[0]["bottom"]:
                row.append(one)
                break
        else:
            rows.append([one])
    lines = []
    for row in rows:
        row.sort(key=lambda one: one["x0"])
        part: list[dict[str, Any]] = []
        for one in row:
            if part and one["x0"] - part[-1]["x1"] > 2.2 * max(one["size"], 6):
                lines.append(_line_of(part, links))
                part = []
            part.append(one)
        lines.append(_line_of(part, links))
    return [line for line in lines if line]


def _set_bullets(lines: list[dict[str, Any]], shapes: list[dict[str, Any]]) -> None:
    """Put a bullet in front of the lines beside which a small dot is drawn."""
    dots = [one for one in shapes if 1 < one["width"] < 8 and abs(one["width"] - one["height"]) < 1]
    for line in lines:
        for dot in dots:
            is_level = line["top"] <= (dot["top"] + dot["bottom"]) / 2 <= line["bottom"]
            if is_level and 0 < line["x0"] - dot["x1"] < 2 * line["size"] and dot["width"] < 0.7 * line["size"]:
                line["spans"].insert(0, ["• ", None])
                line["x0"] = dot["x0"]
                break


def _line_of(characters: list[dict[str, Any]], links: list[Any]) -> dict[str, Any]:
    seen = [one for one in characters if one["text"].strip()]
    if not seen:
        return {}
    spans: list[list[Any]] = []
    before: dict[str, Any] | None = None
    for one in characters:
        if before is None and not one["text"].strip():
            continue
        address = next((link[4] for link in links if _inside(one, link)), None)
        space = " " if before and _is_apart(before, one) else ""
        if spans and spans[-1][1] == address:
            spans[-1][0] += space + one["text"]
        else:
            if spans:
                spans[-1][0] += space
            spans.append([one["text"], address])
        before = one
    spans[-1][0] = spans[-1][0].rstrip()
    return {
        "spans": [[unicodedata.normalize("NFC", text), address] for text, address in spans],
        "x0": seen[0]["x0"],
        "x1": seen[-1]["x1"],
        "top": min(one["top"] for one in seen),
        "bottom": max(one["bottom"] for one in seen),
        "size": Counter(round(one["size"] * 2) / 2 for one in seen).most_common(1)[0][0],
        "bold": sum(bool(_BOLD.search(one["fontname"])) for one in seen) * 2 > len(seen),
        "mono": all(_MONOSPACED.search(one["fontname"]) for one in seen),
    }


def _is_apart(before: dict[str, Any], one: dict[str, Any]) -> bool:
    """Return whether a gap without a space character is one between words."""
    if before["text"].isspace() or one["text"].isspace():
        return False
    wide = 0.8 if _CJK.match(before["text"]) or _CJK.match(one["text"]) else 0.22
    return bool(one["x0"] - before["x1"] > wide * max(one["size"], 1))


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:150] or type(error).__name__


def _limit(seconds: int) -> None:
    """Let the system end this process when it takes more memory or more time of the processor."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # no such limits on this system
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, MAX_SECONDS + SECONDS_A_PAGE * MAX_PAGES))


def main(path: str) -> None:
    """Print what `extract` returns, or the error, as JSON."""
    _limit(MAX_SECONDS)
    try:
        result = extract(path, lambda count: _limit(MAX_SECONDS + SECONDS_A_PAGE * count))
    except Unreadable as error:
        result = {"error": str(error), "page": error.page}
    except MemoryError:
        result = {"error": f"takes more than {MAX_MEMORY:,} bytes of memory to read; save it anew as PDF", "page": None}
    except Exception as error:  # whatever the libraries raise for a damaged file
        result = {"error": f"damaged: {_line(error)}; expected a .pdf file with text", "page": None}
    sys.stdout.buffer.write(json.dumps(result).encode())


if __name__ == "__main__":
    main(str(Path(sys.argv[1])))
