"""The MTEB adapter, run by mteb itself on a small task of our own."""

from typing import Any

import pytest

from supportbot.errors import SettingsError
from supportbot.evaluation.mteb import MtebRetriever
from supportbot.settings import Settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("one_dictionary"),
    pytest.mark.filterwarnings("ignore"),  # mteb's own libraries warn of many things
]

CORPUS = [
    {"id": "d1", "title": "提幣", "text": "提幣是把資產從平臺轉到外部地址。"},
    {"id": "d2", "title": "邀請", "text": "邀請好友註冊，您可獲得 20% 返佣。"},
    {"id": "d3", "title": "", "text": "人臉識別失敗時，請換個光線好的地方。"},
]
QUERIES = [
    {"id": "q1", "text": "如何提币到外部地址"},
    {"id": "q2", "text": "邀请好友返佣多少"},
    {"id": "q3", "text": "\u200b"},
]


class Metadata:
    name = "HelpCentre"


@pytest.fixture
def retriever(settings: Settings) -> MtebRetriever:
    found = MtebRetriever(settings)
    found.index(CORPUS, task_metadata=Metadata, hf_split="test", hf_subset="default", encode_kwargs={}, num_proc=None)
    return found


def search(retriever: MtebRetriever, **options: Any) -> dict[str, dict[str, float]]:
    return retriever.search(
        QUERIES,
        task_metadata=Metadata,
        hf_split="test",
        hf_subset="default",
        encode_kwargs={},
        num_proc=None,
        **options,
    )


def test_it_is_what_mteb_calls_a_search_model(retriever: MtebRetriever) -> None:
    from mteb.models.models_protocols import SearchProtocol

    assert isinstance(retriever, SearchProtocol)
    assert retriever.mteb_model_meta.name == "supportbot/hybrid-hash"


def test_each_question_finds_its_document_and_one_without_text_finds_none(retriever: MtebRetriever) -> None:
    found = search(retriever, top_k=2)
    assert max(found["q1"], key=found["q1"].__getitem__) == "d1"
    assert max(found["q2"], key=found["q2"].__getitem__) == "d2"
    assert found["q3"] == {}
    assert all(len(scores) <= 2 for scores in found.values())


def test_a_reranking_task_gets_only_the_documents_it_names(retriever: MtebRetriever) -> None:
    found = search(retriever, top_k=10, top_ranked={"q1": ["d2", "d3"], "q2": ["d2"]})
    assert found["q1"].keys() <= {"d2", "d3"}
    assert found["q2"].keys() == {"d2"}


def test_an_unknown_mode_and_a_search_without_an_index_are_refused(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="mode 'best' is unknown; expected one of hybrid"):
        MtebRetriever(settings, mode="best")
    with pytest.raises(SettingsError, match="search before index"):
        search(MtebRetriever(settings), top_k=1)


def test_mteb_evaluates_it(settings: Settings) -> None:
    import datasets
    import mteb
    from mteb.abstasks.retrieval import AbsTaskRetrieval
    from mteb.abstasks.retrieval_dataset_loaders import RetrievalSplitData
    from mteb.abstasks.task_metadata import TaskMetadata

    class HelpCentre(AbsTaskRetrieval):  # type: ignore[misc,unused-ignore]
        metadata = TaskMetadata(
            name="HelpCentre",
            dataset={"path": "local/help-centre", "revision": "1"},
            description="A small task.",
            reference=None,
            type="Retrieval",
            category="t2t",
            modalities=["text"],
            eval_splits=["test"],
            eval_langs=["zho-Hant"],
            main_score="ndcg_at_10",
        )

        def load_data(self, num_proc: int | None = None, **kwargs: Any) -> None:
            self.dataset = {
                "default": {
                    "test": RetrievalSplitData(
                        corpus=datasets.Dataset.from_list(CORPUS),
                        queries=datasets.Dataset.from_list(QUERIES[:2]),
                        relevant_docs={"q1": {"d1": 1}, "q2": {"d2": 1}},
                        top_ranked=None,
                    )
                }
            }
            self.data_loaded = True

    results = mteb.evaluate(MtebRetriever(settings), HelpCentre(), cache=None)
    assert results.task_results[0].scores["test"][0]["ndcg_at_10"] == 1.0
