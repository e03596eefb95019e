"""What agents put into a corpus: questions of an article, and questions that are known to have none.

The files are kept by hand. So they are changed in their text, where the YAML parser says that a list lies, and every
other byte stays: comments, order, quoting, line endings. What comes out is parsed before it is written; should it
differ from what was there by more than the one question, nothing is written.
"""

import contextlib
import dataclasses
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from supportbot.content import articles
from supportbot.content import out_of_scope as out_of_scope
from supportbot.content.articles import MAX_FILE_BYTES, Article
from supportbot.content.files import locked, parse_yaml, write_atomically
from supportbot.content.out_of_scope import MAX_CHARACTERS
from supportbot.errors import EmptyCorpusError, InputError, SourceError
from supportbot.text.folding import clean, exact_key

LOCK = ".lock"
MAX_TOPIC_CHARACTERS = 100
_BOM = "\ufeff"
_FENCE = "---"
_LINE_END = re.compile(r"(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])\Z")
_COMMA = re.compile(r"\s*,")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Field = Literal["questions", "pinned", "excluded"]


@dataclass(frozen=True, slots=True)
class Change:
    """A question in one of an article's lists: `questions` it answers, `pinned` to it, or `excluded` from it."""

    article_id: str
    field: Field
    question: str


def add(corpus: Path, change: Change) -> bool:
    """Put a question into an article's list, and take it from the out-of-scope ones if it now has an article.

    True when a file changed, False when the question was there already, in whatever spelling. Raises `InputError` for
    an article that is not there, for what cannot be a question, and for one that is a title or contradicts another
    list; `SourceError` for a file that is not valid or cannot be changed; `StorageError` if the disk does not take it.
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
    """Take a question out of an article's list again: this spelling of it. False when it is not there.

    What `add` took from the out-of-scope questions does not come back: `listed_out_of_scope` tells beforehand what
    it is. Raises like `add`.
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
    """List a question under `topic` as one that no article answers; False when it is listed already.

    Raises like `add`, and `InputError` for what cannot be a topic and for a question that an article answers.
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
            write_atomically(path, f"version: 1\ntopics:\n  {_flow(topic)}:\n    - {_block(question)}\n")
            return True
        mark, text = _read(path)
        topics = parse_yaml(text)["topics"]
        topics[topic] = [*topics.get(topic, ()), question]
        write_atomically(path, mark + _checked(_Lists(text).added(("topics", topic), question), topics, path))
    return True


def listed_out_of_scope(corpus: Path, question: str) -> tuple[tuple[str, str], ...]:
    """Under which topics a question is listed as one that no article answers, in which spelling each.

    `mark_out_of_scope` with each of these brings back what `add` took out. Raises like `add`.
    """
    if not _among(question, out_of_scope.read(corpus)):
        return ()
    topics = parse_yaml(_read(corpus / out_of_scope.FILE_NAME)[1])["topics"]
    return tuple((str(topic), one) for topic, listed in topics.items() for one in listed if _among(question, (one,)))


def unmark_out_of_scope(corpus: Path, question: str) -> bool:
    """Take all spellings of a question from the out-of-scope ones; False when it is not there. Raises like `add`."""
    question = _question(question)
    with _writing(corpus):
        text = _without_out_of_scope(corpus, question)
        if text is not None:
            write_atomically(corpus / out_of_scope.FILE_NAME, text)
    return text is not None


@contextlib.contextmanager
def _writing(corpus: Path) -> Iterator[None]:
    """One writer at a time, from reading on."""
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
    return list(zip(articles.article_files(corpus), articles.read(corpus), strict=True))


def _article(found: Sequence[tuple[Path, Article]], article_id: str) -> tuple[Path, Article]:
    for path, article in found:
        if article.id == article_id:
            return path, article
    raise InputError(f"article {article_id!r:.80} is not in the corpus; expected the id of one that is")


def _refuse_contradiction(question: str, field: Field, article: Article, others: Sequence[Article]) -> None:
    """Raise `InputError` when the bot could not do what all the lists say."""
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
    """The byte order mark of a file, if it has one, and its text with the line endings as they are."""
    text = path.read_bytes().decode("utf-8")
    return _BOM * text.startswith(_BOM), text.removeprefix(_BOM)


def _edited(path: Path, article: Article, field: Field, question: str, wanted: tuple[str, ...]) -> str:
    """The text of an article's file with the `wanted` list: one `question` more or less."""
    mark, text = _read(path)
    lines = text.splitlines()
    end = next(number for number, line in enumerate(lines) if number and line.rstrip() == _FENCE)
    front = _Lists(text, 1, end)
    more = len(wanted) > len(getattr(article, field))
    edited = (front.added if more else front.removed)((field,), question)
    changed: Mapping[str, Any] = {field: wanted}
    try:
        same = articles.parse(edited, path) == dataclasses.replace(article, **changed)
    except SourceError:
        same = False
    if not same:
        raise _by_hand(path, field)
    if more and len(edited.encode("utf-8")) > MAX_FILE_BYTES:
        raise InputError(f"article {article.id!r}: expected at most {MAX_FILE_BYTES:,} bytes with its questions")
    return mark + edited


def _without_out_of_scope(corpus: Path, question: str) -> str | None:
    """The text of `out_of_scope.yaml` without any spelling of `question`; None when it has none."""
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
    """`text`, if it is that of a file with these `topics`; one without questions may be there or not."""
    try:
        found = parse_yaml(text)["topics"]
        same = {topic: asked for topic, asked in found.items() if asked} == {
            topic: asked for topic, asked in topics.items() if asked
        }
        same = same and all(isinstance(asked, list) for asked in found.values())
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
    """The lists in a YAML mapping, which lies in lines `first` to `end` of `text`. Finds where an edit has to go.

    Where there is no such place the text comes back as it was, which the caller's comparison finds out.
    """

    def __init__(self, text: str, first: int = 0, end: int | None = None) -> None:
        lines = text.splitlines(keepends=True)
        self._text = text
        self._starts = [0, *itertools.accumulate(map(len, lines))][first : None if end is None else end + 1]
        self._root: Any = yaml.compose("\n".join(_LINE_END.sub("", line) for line in lines[first:end]), _LOADER)

    def added(self, keys: Sequence[str], question: str) -> str:
        """The text with `question` at the end of the list under `keys`, which is made when only the last is missing."""
        mapping, key, node = self._find(keys)
        if node is None:
            if mapping.flow_style:
                return self._into_flow(mapping, f"{_flow(keys[-1])}: [{_flow(question)}]")
            indent = " " * mapping.start_mark.column
            return self._below(mapping, f"{indent}{_flow(keys[-1])}:", f"{indent}  - {_block(question)}")
        if isinstance(node, yaml.SequenceNode):
            if node.flow_style:
                return self._into_flow(node, _flow(question))
            return self._below(node, f"{' ' * node.start_mark.column}- {_block(question)}")
        if node.value == "" and node.start_mark.index == node.end_mark.index:
            # A list no deeper than its key: by this `removed` sees that the key was there before.
            return self._below(key, f"{' ' * key.start_mark.column}- {_block(question)}")
        return self._text

    def removed(self, keys: Sequence[str], question: str) -> str:
        """The text without the last `question` in the list under `keys`, and without the key if `added` made it."""
        mapping, key, node = self._find(keys)
        if not isinstance(node, yaml.SequenceNode):
            return self._text
        place = _last([clean(str(item.value)) for item in node.value], question)
        if node.flow_style and mapping.flow_style and len(node.value) == 1:
            return self._out_of_flow(mapping.value, mapping.value.index((key, node)))
        if node.flow_style:
            return self._out_of_flow([(item, item) for item in node.value], place)
        first, end = node.value[place].start_mark.line, self._end(node.value[place])
        if len(node.value) > 1:
            return self._cut(first, end)
        above = key.end_mark.line
        rest_of_key = self._text[self._at(key.end_mark) : self._starts[above + 1]]
        made_with_key = node.start_mark.column > key.start_mark.column
        if made_with_key and rest_of_key.strip() == ":" and first == above + 1 and len(mapping.value) > 1:
            return self._cut(key.start_mark.line, end)
        without = self._cut(first, end)
        if len(keys) == 1 and not made_with_key:
            return without
        colon = self._at(key.end_mark) + rest_of_key.index(":") + 1
        return f"{without[:colon]} []{without[colon:]}"

    def _find(self, keys: Sequence[str]) -> tuple[Any, Any, Any]:
        """The innermost mapping, and the key and the value in it; None for both where the last key is missing."""
        mapping, key, node = None, None, self._root
        for name in keys:
            mapping = node
            pairs = [(key, value) for key, value in mapping.value if key.value == name]
            key, node = pairs[-1] if pairs else (None, None)
        return mapping, key, node

    def _at(self, mark: Any) -> int:
        return self._starts[int(mark.line)] + int(mark.column)

    def _end(self, node: Any) -> int:
        """The line after the last one that `node` has text in: YAML would count comments and blank lines below."""
        while node.id != "scalar" and not node.flow_style:
            last = node.value[-1]
            node = last if node.id == "sequence" else last[1] if last[1].value else last[0]
        return int(node.end_mark.line) + int(node.end_mark.column > 0)

    def _below(self, node: Any, *lines: str) -> str:
        """The text with `lines` below `node`, ended as the line above them is."""
        start = self._starts[self._end(node)]
        above = self._text[:start]
        ending = _LINE_END.search(above)
        if ending:
            return above + "".join(line + ending[0] for line in lines) + self._text[start:]
        return "\n".join([above, *lines])

    def _cut(self, first: int, end: int) -> str:
        """The text without lines `first` to `end`; a file that did not end with a line end still does not."""
        start, stop = self._starts[first], self._starts[end]
        above, below = self._text[:start], self._text[stop:]
        return above + below if _LINE_END.search(self._text, start, stop) else _LINE_END.sub("", above)

    def _into_flow(self, node: Any, entry: str) -> str:
        """The text with `entry` at the end of a list or mapping in brackets."""
        if not node.value:
            place, separator = self._at(node.start_mark) + 1, ""
        else:
            last = node.value[-1]
            place, separator = self._at((last if isinstance(last, yaml.Node) else last[1]).end_mark), ", "
        return f"{self._text[:place]}{separator}{entry}{self._text[place:]}"

    def _out_of_flow(self, entries: Sequence[tuple[Any, Any]], place: int) -> str:
        """The text without one entry, from node to node, of what is in brackets, and without its comma."""
        start, end = self._at(entries[place][0].start_mark), self._at(entries[place][1].end_mark)
        if place:
            start = self._at(entries[place - 1][1].end_mark)
        elif len(entries) > 1:
            end = self._at(entries[1][0].start_mark)
        elif comma := _COMMA.match(self._text, end):
            end = comma.end()
        return self._text[:start] + self._text[end:]


def _block(text: str) -> str:
    """`text` as YAML in a list of lines, quoted when that is needed."""
    return _dumped(text, flow=False)[2:-1]


def _flow(text: str) -> str:
    """`text` as YAML in brackets or as a key, quoted when that is needed."""
    return _dumped(text, flow=True)[1:-2]


def _dumped(text: str, *, flow: bool) -> str:
    dumped: str = yaml.safe_dump([text], allow_unicode=True, width=100_000, default_flow_style=flow)
    return dumped
