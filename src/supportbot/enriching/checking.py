"""The checks of drafts: a question must find its article and be held by it, an out-of-scope one must find no answer."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from supportbot.answering.answer import Answer
from supportbot.answering.bot import SupportBot
from supportbot.content.articles import Article
from supportbot.enriching.drafts import Draft
from supportbot.index.chunking import split
from supportbot.privacy import scrub
from supportbot.text.folding import clean, exact_key

Reason = Literal["malformed", "near_copy", "not_found", "foreign", "unsupported", "answered"]
"""Why a draft is dropped.

- "malformed": no line of at most `MOST_CHARACTERS`, or it holds what looks like a secret or personal data;
- "near_copy": of a title, a heading, a question of the corpus, or another draft;
- "not_found": its article is not among the first `FOUND` hits;
- "foreign": the bot answers it from another article;
- "unsupported": no passage of the article holds enough of its telling words, or a number or code is not in the article;
- "answered": the bot answers it, though it should be out of scope, or takes it for small talk.
"""

MOST_CHARACTERS = 100
FOUND = 3
NEAR = 0.7
"""Two texts are near copies if they share so much of their characters and pairs (Dice's coefficient, 0 to 1)."""

TELLING = 0.5
"""The weight (`Analyzer.weight`) from which a word is telling."""

COVERED = 0.2
"""The weighted share of the telling words that the best passage must hold.

Good questions often use other words than the article: of the 2,045 questions of the shipped articles 74 % reach it with
their own article, and 11 % with another one.
"""


class Checker:
    """Check drafts for the articles of one corpus against a bot on it.

    >>> checker = Checker(bot, articles.read(corpus), out_of_scope.read(corpus))
    >>> checker.question(article, "幣轉出去以後能不能收回？", taken=[])
    Draft(text='幣轉出去以後能不能收回？', checks={'rank': 1, 'covered': 0.7, 'likeness': 0.31})
    """

    def __init__(self, bot: SupportBot, articles: Iterable[Article], out_of_scope: Iterable[str]) -> None:
        self._bot = bot
        self._ngrams = lru_cache(maxsize=100_000)(self._cut)
        listed = {
            text
            for article in articles
            for text in (article.title, *article.questions, *article.pinned, *article.excluded, *_headings(article))
        }
        self._listed = list(filter(None, map(self._ngrams, listed.union(out_of_scope))))

    def question(self, article: Article, text: object, taken: Sequence[str]) -> Draft | Reason:
        """Return the draft of a question that `article` answers, or why it is dropped. `taken` are the other drafts."""
        question, likeness, reason = self._new(text, taken)
        if reason:
            return reason
        answer = self._bot.ask(question)
        rank = _rank(answer, article)
        if rank > FOUND:
            return "not_found"
        if answer.outcome == "answer" and rank > 1:
            return "foreign"
        covered = self._covered(question, article)
        if covered < COVERED:
            return "unsupported"
        return Draft(question, checks={"rank": rank, "covered": round(covered, 2), "likeness": round(likeness, 2)})

    def out_of_scope(self, article: Article, text: object, taken: Sequence[str]) -> Draft | Reason:
        """Return the draft of a question beside `article` that no article answers, or why it is dropped."""
        question, likeness, reason = self._new(text, taken)
        if reason:
            return reason
        answer = self._bot.ask(question)
        if answer.outcome == "answer" or answer.intent:
            return "answered"
        checks = {"confidence": round(answer.confidence, 2), "likeness": round(likeness, 2)}
        return Draft(question, topic=article.category or article.title, checks=checks)

    def _new(self, text: object, taken: Sequence[str]) -> tuple[str, float, Reason | None]:
        """Return the question of a draft, its likeness to what is there, and why it is none or no new one, if so."""
        question = _plain(text)
        likeness = self._likeness(question, taken) if question else 0.0
        return question, likeness, "malformed" if not question else "near_copy" if likeness >= NEAR else None

    def _likeness(self, question: str, taken: Sequence[str]) -> float:
        """Return the highest likeness of a question to what the corpus lists and to the other drafts, 0 to 1."""
        own = self._ngrams(question)
        others = (*self._listed, *map(self._ngrams, taken))
        return max((2 * len(own & other) / (len(own) + len(other)) for other in others), default=0.0)

    def _cut(self, text: str) -> frozenset[str]:
        return frozenset(self._bot.analyzer.char_ngrams(exact_key(text)))

    def _covered(self, question: str, article: Article) -> float:
        """Return the weighted share of the telling words that the best passage holds; 0 if there is none.

        It is 0 as well if the article lacks a number or a code of the question.
        """
        analyzer = self._bot.analyzer
        words = set(analyzer.words(question))
        exact = {word for word in words if analyzer.is_code(word) or any(map(str.isdigit, word))}
        if not exact.issubset(analyzer.words(f"{article.title}\n{article.body}")):
            return 0.0
        weights = {word: weight for word in words if (weight := analyzer.weight(word)) >= TELLING}
        passages = (
            set(analyzer.words("\n".join([article.title, *chunk.heading_path, chunk.text]))) for chunk in split(article)
        )
        held = (sum(weight for word, weight in weights.items() if word in passage) for passage in passages)
        return max(held, default=0.0) / sum(weights.values()) if weights else 0.0


def _plain(text: object) -> str:
    """Return a draft as one line of text; "" if it is none."""
    if not isinstance(text, str) or len(text) > MOST_CHARACTERS:
        return ""
    line = clean(text)
    return line if line == text.strip() and exact_key(line) and scrub(line) == line else ""


def _rank(answer: Answer, article: Article) -> int:
    """Return the place of an article among the candidates, from 1; behind the last one if it is not among them."""
    ids = [candidate.article_id for candidate in answer.candidates]
    return ids.index(article.id) + 1 if article.id in ids else max(len(ids), FOUND) + 1


def _headings(article: Article) -> Iterable[str]:
    return (heading for chunk in split(article) for heading in chunk.heading_path)
