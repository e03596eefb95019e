"""Draft questions for articles with a language model; a person decides which of them go into the corpus.

`drafting` asks the model, `checking` tries each draft on the bot, and `drafts` holds those that pass in a YAML file,
where a person accepts them. Only an article's title and text are sent: its alternative questions may be customers' own.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from supportbot.content.articles import Article
from supportbot.enriching.checking import Checker, Reason
from supportbot.enriching.drafting import Proposed
from supportbot.enriching.drafts import Draft, Drafts

__all__ = ["select"]


def select(
    article: Article, proposed: Proposed, kept: Mapping[str, Drafts], checker: Checker
) -> tuple[Drafts, Counter[Reason]]:
    """Return the drafts of an article, those `kept` and then the `proposed` ones that pass; and the drops by reason.

    `kept` are the drafts of all articles. A near copy of any of them is dropped, so whatever was decided stays.
    """
    taken = [draft.text for drafts in kept.values() for draft in (*drafts.questions, *drafts.out_of_scope)]
    dropped: Counter[Reason] = Counter()

    def passing(texts: list[object], check: Callable[[Article, object, list[str]], Draft | Reason]) -> list[Draft]:
        passed = []
        for text in texts:
            found = check(article, text, taken)
            if isinstance(found, Draft):
                taken.append(found.text)
                passed.append(found)
            else:
                dropped[found] += 1
        return passed

    own = kept.get(article.id, Drafts())
    drafts = replace(
        own,
        title=article.title,
        questions=(*own.questions, *passing(proposed.questions, checker.question)),
        out_of_scope=(*own.out_of_scope, *passing(proposed.out_of_scope, checker.out_of_scope)),
    )
    return drafts, dropped
