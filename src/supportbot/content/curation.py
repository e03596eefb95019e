"""Curation: add questions to articles and to the out-of-scope list, and remove them, in the files of a corpus.

People edit these files too. So the text is changed only at the places that the YAML parser names; every other byte
(comments, order, quoting, line breaks) stays. The result is parsed before it is written: if it differs from the file by
more than the one question, nothing is written.
"""

import contextlib
import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from supportbot.content import articles, out_of_scope
from supportbot.content.articles import MAX_FILE_BYTES, Article
from supportbot.content.files import YAML_LOADER, locked, parse_yaml, write_atomically
from supportbot.content.out_of_scope import MAX_CHARACTERS
from supportbot.errors import EmptyCorpusError, InputError, SourceError
from supportbot.text.folding import clean, exact_key

LOCK = ".lock"
MAX_TOPIC_CHARACTERS = 100
_BOM = "\ufeff"
_FENCE = "---"
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # as in YAML
_COMMA = re.compile(r"\s*,")

Field = Literal["questions", "pinned", "excluded"]


@dataclass(frozen=True, slots=True)
class Change:
    """A question in a list of an article: `questions` it answers, `pinned` to it, or `excluded` from it.

    >>> curation.add(Path("corpus"), Change("withdraw", "questions", "怎麼出金？"))
    True
    """

    article_id: str
    field: Field
    question: str


def add(corpus: Path, change: Change) -> bool:
    """Add a question to an article's list; remove it from the out-of-scope ones if it now has an article.

    Return whether a file changed; none does if the list has a spelling of the question. Raise `InputError` for an
    unknown article, for what cannot be a question, and for a question that is a title or contradicts another list;
    `SourceError` for a file that is invalid or cannot be changed; `StorageError` if it cannot be written.
    """
    question = _question(change.question)
    with _writing(corpus):
        found = _articles(corpus)
        path, article = _article(found, change.article_id)
        _refuse_contradiction(question, change.field, article, [other for _, other in found])
        listed = getattr(article, change.field)
        texts: dict[Path, str] = {}
        if not _among(question, listed):
            texts[path] = _edited(path, article, change.field, question, (*listed, question))
        if change.field != "excluded" and (left := _without_out_of_scope(corpus, question)) is not None:
            texts[corpus / out_of_scope.FILE_NAME] = left
        for file, text in texts.items():
            write_atomically(file, text)
    return bool(texts)


def remove(corpus: Path, change: Change) -> bool:
    """Remove this spelling of a question from an article's list. Return False if it is not there. Raise like `add`.

    The out-of-scope questions that `add` removed do not come back; `listed_out_of_scope` returns them before `add`.
    """
    question = clean(change.question)
    with _writing(corpus):
        path, article = _article(_articles(corpus), change.article_id)
        listed = getattr(article, change.field)
        if question not in listed:
            return False
        place = _last(listed, question)
        wanted = (*listed[:place], *listed[place + 1 :])
        write_atomically(path, _edited(path, article, change.field, question, wanted))
    return True


def mark_out_of_scope(corpus: Path, question: str, topic: str) -> bool:
    """List a question under `topic` as out of scope. Return False if it is listed already.

    Raise like `add`, and `InputError` for what cannot be a topic and for a question that an article answers.
    """
    question, topic = _question(question), clean(topic)
    if not 0 < len(topic) <= MAX_TOPIC_CHARACTERS:
        raise InputError(f"topic {topic!r:.60}: expected a line of at most {MAX_TOPIC_CHARACTERS} characters")
    path = corpus / out_of_scope.FILE_NAME
    with _writing(corpus):
        for _, article in _articles(corpus):
            if _among(question, (article.title, *article.questions, *article.pinned)):
                raise InputError(f"question {question!r:.60} leads to {article.id!r}; expected one that has no article")
        if _among(question, out_of_scope.read(corpus)):
            return False
        if not path.exists():
            write_atomically(path, f"version: 1\ntopics:\n  {_scalar(topic)}:\n    {_item(question)}\n")
            return True
        mark, text = _read(path)
        topics = parse_yaml(text)["topics"]
        topics[topic] = [*topics.get(topic, ()), question]
        write_atomically(path, mark + _checked(_Lists(text).added(("topics", topic), question), topics, path))
    return True


def listed_out_of_scope(corpus: Path, question: str) -> tuple[tuple[str, str], ...]:
    """Return each topic and spelling under which a question is listed as out of scope. Raise like `add`.

    `mark_out_of_scope` with each of them restores what `add` removes.
    """
    if not _among(question, out_of_scope.read(corpus)):
        return ()
    topics = parse_yaml(_read(corpus / out_of_scope.FILE_NAME)[1])["topics"]
    return tuple((str(topic), one) for topic, listed in topics.items() for one in listed if _among(question, (one,)))


def unmark_out_of_scope(corpus: Path, question: str) -> bool:
    """Remove all spellings of a question from the out-of-scope list. Return False for none. Raise like `add`."""
    question = _question(question)
    with _writing(corpus):
        text = _without_out_of_scope(corpus, question)
        if text is not None:
            write_atomically(corpus / out_of_scope.FILE_NAME, text)
    return text is not None


@contextlib.contextmanager
def _writing(corpus: Path) -> Iterator[None]:
    """Lock the corpus against other writers. Raise `EmptyCorpusError` for a folder without articles."""
    if not articles.article_files(corpus):
        raise EmptyCorpusError(corpus)
    with locked(corpus / LOCK):
        yield


def _question(text: str) -> str:
    question = clean(text)
    if "\0" in text or not exact_key(question) or len(question) > MAX_CHARACTERS:
        raise InputError(
            f"question {text!r:.60}: expected at most {MAX_CHARACTERS} characters with a letter or digit and no NUL"
        )
    return question


def _articles(corpus: Path) -> list[tuple[Path, Article]]:
    return list(zip(articles.article_files(corpus), articles.read_all(corpus), strict=True))


def _article(found: Sequence[tuple[Path, Article]], article_id: str) -> tuple[Path, Article]:
    for path, article in found:
        if article.id == article_id:
            return path, article
    raise InputError(f"article {article_id!r:.80} is not in the corpus; expected the id of one that is")


def _refuse_contradiction(question: str, field: Field, article: Article, others: Sequence[Article]) -> None:
    """Raise `InputError` if the lists of all articles would contradict one another."""
    named = f"question {question!r:.60}"
    leads_here = field != "excluded"
    for other in others:
        if _among(question, (other.title,)):
            raise InputError(f"{named} is the title of {other.id!r}; expected one that is no title")
        if leads_here == (other.id != article.id) and _among(question, (*other.questions, *other.pinned)):
            raise InputError(f"{named} leads to {other.id!r} already; expected one that does not, or take it out there")
    if leads_here and _among(question, article.excluded):
        raise InputError(f"{named} is excluded from {article.id!r}; expected one that is not, or take it out there")


def _among(question: str, texts: Sequence[str]) -> bool:
    return exact_key(question) in map(exact_key, texts)


def _last(texts: Sequence[str], text: str) -> int:
    return max(place for place, other in enumerate(texts) if other == text)


def _read(path: Path) -> tuple[str, str]:
    """Return the byte order mark of a file, or nothing, and its text with the line breaks as they are."""
    text = path.read_bytes().decode("utf-8")
    return _BOM * text.startswith(_BOM), text.removeprefix(_BOM)


def _edited(path: Path, article: Article, field: Field, question: str, wanted: tuple[str, ...]) -> str:
    """Return the text of an article's file with the `wanted` list: one `question` more or less."""
    mark, text = _read(path)
    lines = text.splitlines(keepends=True)
    end = next(number for number, line in enumerate(lines) if number and line.rstrip() == _FENCE)
    more = len(wanted) > len(getattr(article, field))
    changed: Mapping[str, Any] = {field: wanted}
    try:
        front = _Lists(text, sum(map(len, lines[:end])))
        edited = (front.added if more else front.removed)((field,), question)
        same = articles.parse(edited, path) == dataclasses.replace(article, **changed)
    except (SourceError, yaml.YAMLError):
        same = False
    if not same:
        raise _by_hand(path, field)
    if more and len(edited.encode("utf-8")) > MAX_FILE_BYTES:
        raise InputError(f"article {article.id!r}: expected at most {MAX_FILE_BYTES:,} bytes with its questions")
    return mark + edited


def _without_out_of_scope(corpus: Path, question: str) -> str | None:
    """Return the text of `out_of_scope.yaml` without any spelling of `question`; None when it has none."""
    if not _among(question, out_of_scope.read(corpus)):
        return None
    path = corpus / out_of_scope.FILE_NAME
    mark, text = _read(path)
    topics = parse_yaml(text)["topics"]
    for topic, listed in topics.items():
        for one in [one for one in listed if _among(question, (one,))]:
            text = _Lists(text).removed(("topics", str(topic)), clean(one))
            listed.remove(one)
    return mark + _checked(text, topics, path)


def _checked(text: str, topics: Mapping[Any, list[str]], path: Path) -> str:
    """Return `text` if it holds these `topics`; one without questions may be there or not."""
    try:
        found = parse_yaml(text)["topics"].items()
        same = [(topic, asked) for topic, asked in found if asked != []] == [(t, a) for t, a in topics.items() if a]
    except (yaml.YAMLError, ValueError, AttributeError, TypeError):
        same = False
    if not same:
        raise _by_hand(path, "topics")
    return text


def _by_hand(path: Path, key: str) -> SourceError:
    return SourceError(
        path, f"{key}: cannot be changed without changing more; expected a plain list, or an edit by hand"
    )


class _Lists:
    """Edit the lists in the YAML mapping that stands in `text` up to `end`, at the places that the parser names.

    Written by hand, as ruamel.yaml's round trip changes comments, spaces and brackets. An impossible edit returns the
    text unchanged, which callers find when they compare.
    """

    def __init__(self, text: str, end: int | None = None) -> None:
        self._text = text
        self._root: Any = yaml.compose(text[:end], YAML_LOADER)

    def added(self, keys: Sequence[str], question: str) -> str:
        """Return the text with `question` at the end of the list under `keys`, of which the last may be missing."""
        mapping, key, node = self._find(keys)
        if node is None and mapping.flow_style:
            return self._into_flow(mapping.value, mapping, f"{_scalar(keys[-1])}: [{_scalar(question)}]")
        if node is None:
            indent = " " * mapping.start_mark.column
            return self._below(mapping, f"{indent}{_scalar(keys[-1])}:", f"{indent}  {_item(question)}")
        if node.id == "scalar" and node.start_mark.index == node.end_mark.index:  # nothing behind the colon
            # A list no deeper than its key: by this `removed` sees that the key was there before.
            return self._below(key, f"{' ' * key.start_mark.column}{_item(question)}")
        if node.id != "sequence":
            return self._text
        if node.flow_style:
            return self._into_flow([(item, item) for item in node.value], node, _scalar(question))
        return self._below(node, f"{' ' * node.start_mark.column}{_item(question)}")

    def removed(self, keys: Sequence[str], question: str) -> str:
        """Return the text without the last `question` in the list under `keys`, and the key if `added` made it."""
        mapping, key, node = self._find(keys)
        if node is None or node.id != "sequence":
            return self._text
        number = _last([clean(str(item.value)) for item in node.value], question)
        if node.flow_style and mapping.flow_style and len(node.value) == 1:
            return self._out_of_flow(mapping.value, mapping.value.index((key, node)))
        if node.flow_style:
            return self._out_of_flow([(item, item) for item in node.value], number)
        item = node.value[number]
        without = self._cut(item, item)
        if len(node.value) > 1:
            return without
        colon = self._text.index(":", key.end_mark.index) + 1
        made_with_key = node.start_mark.column > key.start_mark.column
        if made_with_key and len(mapping.value) > 1 and not self._text[colon : _line_start(node)].strip():
            return self._cut(key, item)
        return without if len(keys) == 1 and not made_with_key else f"{without[:colon]} []{without[colon:]}"

    def _find(self, keys: Sequence[str]) -> tuple[Any, Any, Any]:
        """Return the innermost mapping, and the key and value in it: None for both where the last key is missing."""
        mapping, key, node = None, None, self._root
        for name in keys:
            mapping = node
            key, node = next((pair for pair in reversed(mapping.value) if pair[0].value == name), (None, None))
        return mapping, key, node

    def _line_end(self, node: Any) -> int:
        """Return where the last line of `node` ends: YAML would count the comments and blank lines below a block."""
        while node.id != "scalar" and not node.flow_style:
            last = node.value[-1]
            node = last if node.id == "sequence" else last[1] if last[1].value else last[0]
        place = int(node.end_mark.index)
        if not node.end_mark.column:  # the lines of a block scalar, which end with it
            return place
        line_break = _BREAK.search(self._text, place)
        return line_break.end() if line_break else len(self._text)

    def _below(self, node: Any, *lines: str) -> str:
        """Return the text with `lines` below `node`, each with the line break of the line above."""
        end = self._line_end(node)
        above, below = self._text[:end], self._text[end:]
        ending = _ending(above)
        return above + "".join(line + ending for line in lines) + below if ending else "\n".join([above, *lines])

    def _cut(self, first: Any, last: Any) -> str:
        """Return the text without the lines of `first` to `last`; if it ended without a line break it still does."""
        start, end = _line_start(first), self._line_end(last)
        above, below = self._text[:start], self._text[end:]
        return (above if _ending(self._text[start:end]) else above.removesuffix(_ending(above))) + below

    def _into_flow(self, entries: Sequence[tuple[Any, Any]], node: Any, entry: str) -> str:
        """Return the text with `entry` behind the last of the `entries` of `node`, which is in brackets."""
        place = entries[-1][1].end_mark.index if entries else node.start_mark.index + 1
        return f"{self._text[:place]}{', ' if entries else ''}{entry}{self._text[place:]}"

    def _out_of_flow(self, entries: Sequence[tuple[Any, Any]], number: int) -> str:
        """Return the text without one entry, from node to node, of what is in brackets, and without its comma."""
        start, end = entries[number][0].start_mark.index, entries[number][1].end_mark.index
        if number:
            start = entries[number - 1][1].end_mark.index
        elif len(entries) > 1:
            end = entries[1][0].start_mark.index
        elif comma := _COMMA.match(self._text, end):
            end = comma.end()
        return self._text[:start] + self._text[end:]


def _ending(text: str) -> str:
    """Return the line break at the end of `text`, or nothing."""
    return next((found[0] for found in _BREAK.finditer(text, len(text) - 2) if found.end() == len(text)), "")


def _line_start(node: Any) -> int:
    return int(node.start_mark.index - node.start_mark.column)


def _item(question: str) -> str:
    """Return `question` as a line of a YAML list, quoted where that is needed."""
    dumped: str = yaml.safe_dump([question], allow_unicode=True, width=100_000)
    return dumped[:-1]


def _scalar(text: str) -> str:
    """Return `text` as YAML in brackets or for a key, quoted where that is needed."""
    dumped: str = yaml.safe_dump([text], allow_unicode=True, width=100_000, default_flow_style=True)
    return dumped[1:-2]
