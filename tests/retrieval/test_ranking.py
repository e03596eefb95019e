"""Rankings that hold for any corpus and any model: how deep is looked, and on which scale similarity is told."""

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from conftest import Asker

from supportbot.content.articles import Article
from supportbot.embedding.encoder import Encoding
from supportbot.embedding.hashing import HashEncoder

TOPICS = ("提幣", "充幣", "轉帳", "身份認證", "手續費", "綁定郵箱", "重置密碼", "邀請好友", "凍結帳戶", "網格交易")
KINDS = ("步驟", "失敗", "多久", "規則", "限額")


def many_articles() -> list[Article]:
    """50 articles that mention each other's subjects, so that the channels put different ones first."""
    articles = []
    for i, topic in enumerate(TOPICS):
        for j, kind in enumerate(KINDS):
            near, far = TOPICS[(i + 1) % len(TOPICS)], TOPICS[(i + 3) % len(TOPICS)]
            kinds = KINDS[(j + 1) % len(KINDS)], KINDS[(j + 2) % len(KINDS)]
            body = f"{topic}的{kind}說明。關於{kinds[0]}和{far}，請看{topic}頁面。\n\n"
            body += f"## {near}\n\n{near}{kinds[1]}另行公告。\n"
            articles.append(Article(f"a-{i}-{j}", f"{topic}{kind}", body))
    return articles


def test_the_articles_that_an_answer_lists_are_the_best_of_all(bot_on: Asker) -> None:
    bot = bot_on(many_articles())
    for kind, other in itertools.product(KINDS, TOPICS[1:]):
        question = f"提幣{kind}和{other}"
        everything = [hit.article.id for hit in bot.search(question, limit=50).hits]
        assert len(everything) > 10
        assert [one.article_id for one in bot.ask(question).candidates] == everything[:10], question


class Narrow(HashEncoder):
    """A model to which all texts are alike: the cosine of unrelated ones is about .8 instead of 0."""

    def __init__(self) -> None:
        super().__init__()
        self.dimension += 1

    def encode(
        self, texts: Sequence[str], *, documents: bool = False, on_progress: Callable[[int], None] | None = None
    ) -> list[Encoding]:
        own = HashEncoder(self.dimension - 1).encode(texts, documents=documents, on_progress=on_progress)
        return [
            Encoding(
                (np.append(one.vector, 2) / np.sqrt(5)).astype(np.float32),
                one.token_ids,
                np.pad(one.tokens, ((0, 0), (0, 1)), constant_values=2),
                one.ends,
            )
            for one in own
        ]


@pytest.mark.parametrize("encoder", [HashEncoder(), Narrow()], ids=["wide", "narrow"])
def test_unrelated_texts_score_near_0_whatever_a_model_gives_them(bot_on: Asker, encoder: HashEncoder) -> None:
    bot = bot_on(many_articles(), encoder=encoder)
    for question in ("xylophone", "Will it rain?", "恐龍為什麼滅絕"):
        assert max(hit.channels["dense"] for hit in bot.search(question).hits) < 0.4, question
    for mode in ("dense", "titles"):
        scores = {hit.article.id: hit.score for hit in bot.search("重置密碼的步驟", mode=mode, limit=50).hits}
        assert scores["a-6-0"] > 0.4
        assert scores["a-6-0"] > 2 * scores.get("a-9-4", 0.0)
