"""Questions and answers that a text marks with `Q：` and `A：`, `問：` and `答：`: a question becomes a heading."""

import re

from supportbot.importers.verbatim import BLOCK

_ASK = r"(?:[QqＱ]|[Qq]uestion|[問问](?:[題题])?)\s?"
_REPLY = r"(?:[AaＡ]|[Aa]nswer|[解回]?答(?:案)?)\s?"
_MARK = rf"(?:{_ASK}(?P<number>\d{{0,3}})\s?(?:[:：]|(?<=[QqＱ\d])[.．、](?!\d))|【{_ASK}(?P<boxed>\d{{0,3}})】)"
_ANSWER = rf"(?:{_REPLY}\d{{0,3}}\s?[:：]|【{_REPLY}\d{{0,3}}】)"
_QUESTION = re.compile(rf"(?P<bullet>[-*+][ ]+)?(?P<bold>\*\*|__)?[ ]*{_MARK}[ ]*(?P<closed>\*\*|__)?[ ]*(?P<text>.*)$")
_ANSWERED = re.compile(rf"(?:[-*+][ ]+)?(?:\*\*|__)?[ ]*(?:{_ANSWER}|{_REPLY}\d{{1,3}}[.．、](?!\d))")
_SAME_LINE = re.compile(rf"(?P<question>.*?)[ ]*(?P<answer>(?:\*\*)?(?<![A-Za-z]){_ANSWER}.*)$")
_HEADING = re.compile(r"#{1,6}[ ]")


def as_headings(lines: list[str]) -> list[str]:
    """Return the lines with each question that an answer follows as a heading `### Q：…`, its answer below it.

    A number of its own stays (`### Q1：…`), the mark of the answer too. A question that is bold as a whole needs no
    mark on its answer.
    """
    if not any(_QUESTION.match(line) for line in lines):
        return lines
    written: list[str] = []
    place = 0
    while place < len(lines):
        found = _question(lines, place)
        if found is None:
            written.append(lines[place])
            place += 1
            continue
        heading, answer, place, indent = found
        written += ["", heading, "", *answer]
        while indent and place < len(lines) and (not lines[place].strip() or lines[place].startswith(" " * indent)):
            written.append(lines[place][indent:])
            place += 1
    return written


def _question(lines: list[str], place: int) -> tuple[str, list[str], int, int] | None:
    """Return the heading of a question, what of its line is its answer, the place behind it, and the indentation of the
    lines that belong to it; None if there is none."""
    match = _QUESTION.match(lines[place])
    if match is None:
        return None
    text = match["text"].strip()
    bold = match["bold"] or ""
    indent = len(match["bullet"] or "")
    after = place + 1
    if bold and not match["closed"] and bold not in text:
        return None
    if not text or (match["closed"] == bold and not text):
        if after >= len(lines) or not lines[after].strip() or _ANSWERED.match(lines[after].strip()):
            return None
        text, after = lines[after].strip(), after + 1
    same = _SAME_LINE.match(text)
    answer: list[str] = []
    if same and same["question"].strip(" *_"):
        text, answer = same["question"], [same["answer"]]
        if answer[0].count("**") % 2:  # bold began with the question
            answer = [answer[0].removeprefix("**").removesuffix("**")]
    is_bold = bool(bold) and not match["closed"] and text.rstrip().endswith(bold)
    if not answer and not _is_answered(lines, after, needs_mark=not is_bold):
        return None
    if bold and not match["closed"]:
        text = text.replace(bold, "")
    text = text.strip()
    return (
        (f"### Q{match['number'] or match['boxed'] or ''}：{text}", answer, after, indent)
        if text and not BLOCK.search(text)
        else None
    )


def _is_answered(lines: list[str], place: int, *, needs_mark: bool) -> bool:
    """Return whether an answer stands below, before the next heading or question."""
    for below in range(place, len(lines)):
        text = lines[below].strip()
        if not text:
            continue
        if _ANSWERED.match(text):
            return True
        if _HEADING.match(text) or _QUESTION.match(text):
            return False
        if not needs_mark:
            return True
    return False
