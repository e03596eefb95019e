"""Labels: a table of questions and the articles that answer them, as a spreadsheet writes it.

```
question,article,kind
錢什麼時候退給我,refund-time,
可以改收件人嗎,修改訂單|取消訂單,
有賣禮物卡嗎,none,near
```

`article` is an id or a title, several are separated by `|`; `none`, 無 or nothing means that no article answers.
`kind` is optional and groups the results.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from supportbot.content.articles import Article
from supportbot.errors import SourceError
from supportbot.text.cells import guarded, unguarded
from supportbot.text.folding import clean, exact_key

MOST_CHARACTERS = 2000
"""How long a question may be; longer ones could not be asked."""

_NONE = frozenset({"", "none", "无", "沒有", "没有", "无答案", "-"})
_COLUMNS = {
    "question": ("question", "query", "問題", "问题"),
    "article": ("article", "answer", "文章", "答案"),
    "kind": ("kind", "slice", "類型", "类型"),
}


@dataclass(frozen=True, slots=True)
class Label:
    """A question and the ids of the articles that answer it; none if no article does.

    >>> Label("錢什麼時候退給我", frozenset({"refund-time"}), "")
    """

    question: str
    articles: frozenset[str]
    kind: str


def read(table: Path, articles: Iterable[Article]) -> list[Label]:
    """Return the labels of a CSV or TSV file (UTF-8, or UTF-16 with its mark), each question once.

    Raise `SourceError` with the line for a missing column, an unknown or ambiguous article, a question that cannot be
    asked, or one that is labelled twice, differently.
    """
    named: dict[str, set[str]] = {}
    for article in articles:
        named.setdefault(exact_key(article.title), set()).add(article.id)
    ids = {one for found in named.values() for one in found}
    found: dict[str, Label] = {}
    for line, row in _rows(table):
        question = clean(row["question"])
        if not exact_key(question) or len(question) > MOST_CHARACTERS:
            raise SourceError(
                table, f"question {question!r:.60}: expected words, at most {MOST_CHARACTERS} characters", line=line
            )
        label = Label(question, _articles(table, line, row["article"], ids, named), clean(row["kind"]))
        other = found.setdefault(exact_key(question), label)
        if other.articles != label.articles:
            raise SourceError(table, f"{question!r:.60} is labelled twice, differently", line=line)
    if not found:
        raise SourceError(table, "is empty; expected a question a line under the columns question, article")
    return list(found.values())


def write(labels: Iterable[Label]) -> str:
    """Return the table that `read` reads, fit for a spreadsheet: no cell is a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for label in labels:
        articles = "|".join(sorted(label.articles)) or "none"
        writer.writerow([guarded(label.question), articles, guarded(label.kind)])
    return "\ufeff" + text.getvalue()


def _rows(table: Path) -> Iterable[tuple[int, Mapping[str, str]]]:
    """Yield the number and the cells of each line that is not blank, by column."""
    try:
        content = table.read_bytes()
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except OSError as error:
        raise SourceError(table, f"cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError(table, "not UTF-8 text; save it as CSV UTF-8", line=line) from None
    first = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)  # an open quote is an error
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        places = {
            column: next((place for place, cell in enumerate(header) if cell in names), None)
            for column, names in _COLUMNS.items()
        }
        for column in ("question", "article"):
            if places[column] is None:
                raise SourceError(table, f"has no column {column!r}; expected question, article", line=1)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield (
                    reader.line_num,
                    {
                        column: unguarded(cells[place]) if place is not None and place < len(cells) else ""
                        for column, place in places.items()
                    },
                )
    except csv.Error as error:
        raise SourceError(table, f"not a table: {error}", line=reader.line_num) from None


def _articles(table: Path, line: int, cell: str, ids: set[str], named: Mapping[str, set[str]]) -> frozenset[str]:
    """Return the ids that a cell names."""
    if exact_key(cell) in _NONE or cell.strip() == "-":
        return frozenset()
    whole = cell.strip()
    parts = [whole] if whole in ids or exact_key(whole) in named else [part.strip() for part in whole.split("|")]
    found = set()
    for part in parts:
        matches = {part} if part in ids else named.get(exact_key(part), set())
        if len(matches) != 1:
            fault = "is the title of several articles" if matches else "is no article"
            raise SourceError(table, f"article {part!r:.60} {fault}; expected an id, a title, or none", line=line)
        found |= matches
    return frozenset(found)
