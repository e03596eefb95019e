"""The retriever as a model of the MTEB benchmark: an implementation of its `SearchProtocol`, for `mteb.evaluate`.

```python
import mteb
from supportbot import settings
from supportbot.evaluation.mteb import MtebRetriever

results = mteb.evaluate(MtebRetriever(settings.load()), mteb.get_tasks(tasks=["T2Retrieval"]))
```
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from supportbot import __version__
from supportbot.answering.bot import SupportBot, check_question
from supportbot.content.articles import Article
from supportbot.embedding.encoder import Encoder
from supportbot.errors import QuestionError, SettingsError
from supportbot.evaluation import systems
from supportbot.evaluation.datasets import Dataset
from supportbot.retrieval.retriever import MODES
from supportbot.serving.opening import load_encoder
from supportbot.settings import Settings
from supportbot.text.folding import clean

if TYPE_CHECKING:
    from mteb.models.model_meta import ModelMeta

MOST_RETURNED = 1000
"""The greatest number of documents for a question, even if a task asks for more."""


class MtebRetriever:
    """Search the corpus of a task with the bot's retriever, in one of its modes.

    Keep the index of each corpus in the cache folder.

    >>> MtebRetriever(settings.load(), mode="dense")
    """

    def __init__(self, settings: Settings, *, mode: str = "hybrid", encoder: Encoder | None = None) -> None:
        """Load the encoder of the settings unless one is given.

        Raise `SettingsError` for an unknown mode, or if mteb is not installed.
        """
        if mode not in MODES:
            raise SettingsError(f"mode {mode!r} is unknown; expected one of {', '.join(MODES)}")
        self._settings = settings
        self._mode = mode
        self._encoder = encoder or load_encoder(settings)
        self._bot: SupportBot | None = None
        self.mteb_model_meta = self._meta()

    def index(self, corpus: Any, *, task_metadata: Any, hf_split: str, hf_subset: str, **_: Any) -> None:
        """Index a corpus: rows with "id", "text" (or "body") and optionally "title"."""
        name = f"mteb-{task_metadata.name}-{hf_subset}-{hf_split}"
        articles = tuple(map(_article, corpus))
        data = Dataset(name, Path(name), hf_split, "", articles, {}, {}, frozenset(), "")
        self._bot = systems.open_bot(data, self._settings, self._encoder, on_progress=lambda done, total: None)

    def search(
        self, queries: Any, *, top_k: int, top_ranked: Mapping[str, list[str]] | None = None, **_: Any
    ) -> dict[str, dict[str, float]]:
        """Return the scores of the best `top_k` documents, by question id and document id.

        With `top_ranked`, return only the documents that it names for a question.
        """
        if self._bot is None:
            raise SettingsError("search before index: no corpus has been indexed yet")
        found: dict[str, dict[str, float]] = {}
        for query in queries:
            among = frozenset(top_ranked.get(query["id"], ())) if top_ranked is not None else None
            limit = len(self._bot.index) if among is not None else min(top_k, MOST_RETURNED)
            try:
                text = check_question(str(query["text"]))
            except QuestionError:
                found[query["id"]] = {}
                continue
            hits = self._bot.retriever.search(text, mode=self._mode, limit=max(1, limit)).hits
            kept = [hit for hit in hits if among is None or hit.article.id in among][:top_k]
            found[query["id"]] = {hit.article.id: hit.score for hit in kept}
        return found

    def _meta(self) -> "ModelMeta":
        try:
            from mteb.models.model_meta import ModelMeta
        except ImportError:
            raise SettingsError("MtebRetriever needs mteb: pip install 'supportbot[mteb]'") from None
        return ModelMeta(
            loader=None,
            name=f"supportbot/{self._mode}-{Path(self._settings.model).name}",
            revision=f"{__version__}-{self._encoder.fingerprint}",
            release_date=None,
            languages=["zho-Hant", "zho-Hans", "eng-Latn"],
            n_parameters=None,
            memory_usage_mb=None,
            max_tokens=None,
            embed_dim=self._encoder.dimension,
            license="mit",
            open_weights=True,
            public_training_code=None,
            public_training_data=None,
            framework=["ONNX"],
            similarity_fn_name=None,
            use_instructions=False,
            training_datasets=None,
            citation=None,
        )


def _article(row: Mapping[str, Any]) -> Article:
    title = clean(str(row.get("title") or ""))
    text = str(row.get("text") or row.get("body") or "")
    return Article(id=str(row["id"]), title=title, body=text if text.strip() else title)
