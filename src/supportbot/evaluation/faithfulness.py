"""Check an answer against its article: its sentences, its step lists, its script.

The article is parsed again from its Markdown, so errors of the index show. Texts are compared by
`text.folding.exact_key`: folded, without spaces and punctuation. So Markdown marks, script and width make no
difference, and every letter does.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import dropwhile

from supportbot.answering.answer import Answer
from supportbot.content.articles import Article
from supportbot.index.chunking import Block, Step, split
from supportbot.text import scripts
from supportbot.text.folding import exact_key, fold

_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")


def shown(answer: Answer) -> Iterator[str]:
    """Yield the lines of an answer: its text, steps and notes."""
    yield from answer.text.split("\n")
    for step in answer.steps:
        yield from step.text.split("\n")
    for note in answer.notes:
        yield from note.split("\n")


def sentences(answer: Answer) -> list[str]:
    """Return the sentences of an answer and of the passages it quotes, except those without a letter or digit."""
    texts = [*shown(answer), *(source.quote for source in answer.sources)]
    found = (sentence for text in texts for sentence in _SENTENCE.findall(_LIST_MARK.sub("", text)))
    return [sentence.strip() for sentence in found if exact_key(sentence)]


def ungrounded(answer: Answer, article: Article) -> list[str]:
    """Return the sentences of an answer that are not in the title, headings or text of `article`."""
    references = _references(article, answer.script)
    return [
        sentence
        for sentence in sentences(answer)
        if not any(exact_key(sentence) in reference for reference in references)
    ]


def key_of(blocks: Sequence[Block]) -> str:
    """Return the exact key of all that the blocks say."""
    return "".join(exact_key(block.text) for block in blocks)


def first_section(blocks: Sequence[Block]) -> Sequence[Block]:
    """Return the blocks up to the first heading that has more than notes above it, and more than a heading."""
    opened = False
    for place, block in enumerate(blocks):
        if block.kind == "heading" and opened:
            return blocks[:place]
        opened = opened or block.kind not in ("heading", "note")
    return blocks


def in_order(answer: Answer, article: Article) -> bool:
    """Return whether the blocks below each heading stand in the order of `article`, but for notes that come first.

    Blocks for different platforms have no order.
    """
    reference = _references(article, answer.script)[-1]
    blocks = dropwhile(lambda block: block.kind in ("heading", "note"), answer.shown)
    place, platform = 0, None
    for block in blocks:
        if block.kind == "heading" or block.platform != platform:
            place, platform = 0, block.platform
            continue
        for line in block.text.split("\n"):
            key = exact_key(line)
            found = reference.find(key, place) if key else place
            if found < 0:
                return False
            place = found + len(key)
    return True


def repeats(answer: Answer, article: Article) -> bool:
    """Return whether a block is shown more often than `article` has it."""
    reference = _references(article, answer.script)[-1]
    keys = Counter(key for block in answer.shown if (key := exact_key(block.text)))
    return any(count > 1 and count > reference.count(key) for key, count in keys.items())


def steps_whole(answer: Answer, article: Article) -> bool:
    """Return whether the steps shown are complete step lists of `article`, in order."""
    whole = _step_lists(article)
    source = scripts.detect(_plain(article))

    def forms(text: str) -> set[str]:
        return {exact_key(text), exact_key(scripts.convert(text, source=source, target=answer.script))}

    def is_whole(steps: list[Step]) -> bool:
        return any(
            [step.number for step in steps] == [own.number for own in listed]
            and all(exact_key(step.text) in forms(own.text) for step, own in zip(steps, listed, strict=True))
            for listed in whole
        )

    return all(map(is_whole, _runs(answer.steps)))


def shows(fact: str, answer: Answer) -> bool:
    """Return whether the text, a step or a note of an answer contains the words `fact`, in any script and width."""
    wanted = fold(scripts.convert(fact, source=scripts.detect(fact), target=answer.script))
    texts = [answer.text, *(step.text for step in answer.steps), *answer.notes]
    return any(wanted in fold(text) for text in texts)


def in_script(answer: Answer, question: str) -> bool | None:
    """Return whether everything shown is in the question's script; None for a question without Chinese.

    Simplified means that OpenCC would change nothing. Traditional means that no character is used in Simplified only;
    OpenCC cannot check that, because it replaces correct Traditional characters (平台, 裡) by variants.
    """
    script = scripts.detect(question, default=answer.script)
    texts = [*shown(answer)]
    for source in answer.sources:
        texts += [source.title, source.heading, source.quote]
    texts += [other.title for other in answer.candidates] + [other.title for other in answer.choices]
    texts += [label for step in answer.steps for label in step.path]
    text = "\n".join(texts)
    if script == "hans":
        return scripts.convert(text, source="hant", target="hans") == text
    if script == "hant":
        return all(scripts.detect(character) != "hans" for character in set(text))
    return None


@lru_cache(maxsize=512)
def _references(article: Article, script: scripts.Script) -> tuple[str, ...]:
    """Return the exact keys of the whole article, as written and converted to `script`."""
    text = _plain(article)
    return exact_key(text), exact_key(scripts.convert(text, source=scripts.detect(text), target=script))


@lru_cache(maxsize=512)
def _plain(article: Article) -> str:
    """Return title and text of an article without Markdown marks; ordered lists keep their numbers."""
    from markdown_it import MarkdownIt

    parts = [article.title]
    numbers: list[int | None] = []
    for token in MarkdownIt("commonmark", {"maxNesting": 20}).enable("table").parse(article.body):
        if token.type == "ordered_list_open":
            numbers.append(int(token.attrs.get("start", 1)))
        elif token.type == "bullet_list_open":
            numbers.append(None)
        elif token.type.endswith("_list_close"):
            numbers.pop()
        elif token.type == "list_item_open" and (number := numbers[-1]) is not None:
            parts.append(f"{number}.")
            numbers[-1] = number + 1
        elif token.type == "inline":
            parts.append("".join(child.content or " " for child in token.children or ()))
        else:
            parts.append(token.content)
    return "\n".join(parts)


@lru_cache(maxsize=512)
def _step_lists(article: Article) -> tuple[list[Step], ...]:
    """Return the step lists of an article; a list that continues after a paragraph or picture is one list."""
    return tuple(
        steps
        for heading in dict.fromkeys(chunk.heading_path for chunk in split(article))
        for steps in _runs([step for chunk in split(article) if chunk.heading_path == heading for step in chunk.steps])
    )


def _runs(steps: list[Step] | tuple[Step, ...]) -> list[list[Step]]:
    """Split steps where the numbers start again or the platform changes."""
    runs: list[list[Step]] = []
    for step in steps:
        if runs and step.number > runs[-1][-1].number and step.platform == runs[-1][-1].platform:
            runs[-1].append(step)
        else:
            runs.append([step])
    return runs
