"""The index: what is built is what is loaded, only what changed is embedded, nothing unusable is served."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from numpy.typing import NDArray

from supportbot.answering.bot import SupportBot
from supportbot.content import articles as articles_room
from supportbot.content import lexicon, tuning
from supportbot.content.articles import Article, write
from supportbot.content.lexicon import Lexicon
from supportbot.embedding.hashing import HashEncoder
from supportbot.errors import (
    DamagedIndexError,
    EmptyCorpusError,
    ForeignIndexError,
    IndexUnusableError,
    MissingIndexError,
    SourceError,
    StaleIndexError,
    StorageError,
)
from supportbot.index import layout, records, store
from supportbot.index.bm25 import BM25Index, best_rows
from supportbot.index.build import BuildReport, build, identity
from supportbot.index.chunking import split
from supportbot.index.dense import DenseIndex, Similarity
from supportbot.index.store import Index
from supportbot.retrieval.retriever import Retriever
from supportbot.serving.opening import open_bot, prepare
from supportbot.settings import Settings
from supportbot.text.analyzer import Analyzer

WEIGHTS = tuning.read(tuning.starter()).weights


class CountingEncoder:
    """The hash encoder, which notes every text that it embeds; `name` makes it another model."""

    def __init__(self, name: str = "counting") -> None:
        self.fingerprint = name
        self.dimension = 256
        self.texts: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_documents(texts)

    def encode_documents(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        self.texts += texts
        return HashEncoder().encode_documents(texts, on_progress)


class FailingEncoder(CountingEncoder):
    """A model that breaks down in the middle of its work."""

    def encode_documents(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        raise RuntimeError("the model broke down")


pytestmark = pytest.mark.usefixtures("one_dictionary")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def build_index(
    corpus: Path, folder: Path, analyzer: Analyzer, encoder: CountingEncoder | HashEncoder | None = None
) -> BuildReport:
    return build(
        articles_room.read(corpus),
        folder,
        corpus_digest=articles_room.digest(corpus),
        lexicon=lexicon.read(corpus),
        analyzer=analyzer,
        encoder=encoder or HashEncoder(),
    )


def identity_of(corpus: Path) -> layout.Identity:
    return identity(HashEncoder(), lexicon.read(corpus), articles_room.digest(corpus))


def found(index: Index, analyzer: Analyzer, question: str) -> list[str]:
    """The ids of the articles that hold words of the question."""
    hits = Retriever(index, analyzer, HashEncoder(), WEIGHTS).search(question, mode="lexical").hits
    return [hit.article.id for hit in hits]


def versions(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


# --- what is built is what is loaded -------------------------------------------------------------------------------


def test_what_is_loaded_is_what_was_built(
    articles: list[Article], corpus: Path, folder: Path, analyzer: Analyzer
) -> None:
    report = build_index(corpus, folder, analyzer)
    index = store.load(folder, identity_of(corpus))
    by_id = {article.id: article for article in articles_room.read(corpus)}
    assert [article.id for article in index.articles()] == list(by_id)
    assert report.added == tuple(sorted(by_id))
    for row, article in enumerate(index.articles()):
        assert replace(article, body=by_id[article.id].body) == by_id[article.id]
        assert [index.chunk(place) for place in index.chunk_rows(row)] == split(by_id[article.id])
        assert index.article_script(row) == "hant"
    assert len(index) == report.chunks == sum(len(split(article)) for article in articles)
    assert index.article_count == report.articles == 3
    assert index.category_keys == ["活动", "资产", "资产"]
    assert report.version == index.version == (folder / "CURRENT").read_text(encoding="utf-8").strip()
    assert report.texts == report.embedded == report.chunks + len(index.titles) + len(index.headings)
    assert len(index.titles) == len(["邀請", "如何提幣", "怎麼出金", "常見問題"])


lines = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], whitelist_characters="提幣如何→【】1。"), min_size=1, max_size=30
)


@examples(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    bodies=st.lists(st.lists(lines, min_size=1, max_size=5).map("\n\n".join), min_size=1, max_size=4),
    title=lines,
    views=st.integers(0, 10**9),
    day=st.none() | st.dates(),
    questions=st.lists(lines, max_size=3),
)
def test_any_articles_come_back_whole(
    tmp_path: Path,
    analyzer: Analyzer,
    bodies: list[str],
    title: str,
    views: int,
    day: None,
    questions: list[str],
) -> None:
    shutil.rmtree(tmp_path / "any", ignore_errors=True)
    articles = [
        Article(f"a{number}", title, body, views=views, updated=day, questions=tuple(questions))
        for number, body in enumerate(bodies)
    ]
    build(
        articles,
        tmp_path / "any",
        corpus_digest="0" * 64,
        lexicon=Lexicon(),
        analyzer=analyzer,
        encoder=HashEncoder(),
    )
    index = store.load(tmp_path / "any")
    assert index.articles() == [replace(article, body="") for article in articles]
    assert [index.chunk(row) for row in range(len(index))] == [
        chunk for article in articles for chunk in split(article)
    ]


def test_each_vector_is_that_of_its_chunk_and_each_title_leads_to_its_article(
    corpus: Path, folder: Path, analyzer: Analyzer
) -> None:
    build_index(corpus, folder, analyzer)
    index = store.load(folder)
    space = index.space
    for row in range(len(index)):
        chunk = index.chunk(row)
        article = index.article(int(index.chunk_articles[row]))
        text = analyzer.normalise("\n".join(filter(None, [article.title, " ".join(chunk.heading_path), chunk.text])))
        expected = HashEncoder().encode_documents([text])[0]
        assert np.allclose(index.encoded_chunks[row], expected, atol=1e-5)
        assert index.dense.scores(space.chunks(expected[None])[0], np.array([row])) == pytest.approx([1.0], abs=1e-5)
    for question, article_id in [("如何提幣?", "withdraw"), ("怎麼出金", "withdraw"), ("邀請好友規則", "invite")]:
        vector = HashEncoder().encode_queries([analyzer.normalise(question)])[0]
        rows, scores = index.titles.search(space.titles(vector[None])[0], 1)
        assert scores == pytest.approx([1.0], abs=1e-5)
        assert index.article(int(index.title_articles[rows[0]])).id == article_id


def test_an_article_is_as_near_as_its_nearest_titles_on_average(corpus: Path, folder: Path, analyzer: Analyzer) -> None:
    build_index(corpus, folder, analyzer)
    index = store.load(folder)
    query = HashEncoder().encode_queries(["怎么出金"])[0]
    rows = np.array([2, 0, 2, 1], np.int32)
    names = {"invite": ["邀请好友规则"], "withdraw": ["如何提币?", "怎么出金"], "withdraw-faq": ["提币常见问题"]}
    placed = [index.space.titles(HashEncoder().encode_queries(names[index.article(row).id])) for row in range(3)]
    own = [float(np.mean(vectors @ query)) for vectors in placed]
    found = index.title_scores(Similarity(index.titles, query), rows)
    assert found == pytest.approx([own[row] for row in rows.tolist()], abs=1e-5)


# --- updates ------------------------------------------------------------------------------------------------------


def test_rebuilding_from_the_same_corpus_gives_the_same_ids(corpus: Path, folder: Path, analyzer: Analyzer) -> None:
    first = build_index(corpus, folder, analyzer)
    before = store.load(folder)
    second = build_index(corpus, folder, analyzer)
    after = store.load(folder)
    assert first.version != second.version
    assert after.chunk_keys.tolist() == before.chunk_keys.tolist()
    assert after.title_keys.tolist() == before.title_keys.tolist()
    assert [after.chunk(row) for row in range(len(after))] == [before.chunk(row) for row in range(len(before))]
    assert after.manifest.identity == before.manifest.identity
    assert (second.embedded, second.added, second.changed, second.removed) == (0, (), (), ())
    elsewhere = folder.with_name("elsewhere")
    build_index(corpus, elsewhere, analyzer)
    assert store.load(elsewhere).manifest == before.manifest, "byte for byte the same files"


def test_an_unchanged_corpus_is_not_built_again(settings: Settings) -> None:
    encoder = CountingEncoder()
    assert prepare(settings, encoder=encoder) is not None
    embedded, kept = len(encoder.texts), versions(settings.index)
    assert prepare(settings, encoder=encoder) is None
    assert len(encoder.texts) == embedded
    assert versions(settings.index) == kept
    forced = prepare(settings, encoder=encoder, force=True)
    assert forced is not None
    assert forced.embedded == 0
    assert len(versions(settings.index)) == 2


def test_only_what_changed_is_embedded_and_what_was_deleted_is_not_found(
    corpus: Path, settings: Settings, analyzer: Analyzer
) -> None:
    encoder = CountingEncoder()
    prepare(settings, encoder=encoder)

    encoder.texts.clear()
    write([Article("lost-phone", "手機丟了怎麼辦", "請立即凍結帳戶。\n", questions=("手機被偷",))], corpus)
    report = prepare(settings, encoder=encoder)
    assert report is not None
    assert (report.added, report.changed, report.removed) == (("lost-phone",), (), ())
    assert sorted(encoder.texts) == [
        "手机丢了怎么办",
        "手机丢了怎么办 请立即冻结账户。",
        "手机被偷",
        "请立即冻结账户",
    ]
    assert report.embedded == 4
    assert found(store.load(settings.index), analyzer, "凍結") == ["lost-phone"]

    encoder.texts.clear()
    file = corpus / "articles" / "invite.md"
    file.write_text(file.read_text(encoding="utf-8").replace("20% 返佣", "30% 回扣"), encoding="utf-8")
    report = prepare(settings, encoder=encoder)
    assert report is not None
    assert (report.added, report.changed, report.removed) == ((), ("invite",), ())
    assert [text for text in encoder.texts if "30% 回扣" not in text] == []
    assert report.embedded == len(encoder.texts) == 2  # the chunk, and its first sentence
    index = store.load(settings.index)
    assert found(index, analyzer, "回扣") == ["invite"]
    assert found(index, analyzer, "返佣") == []
    assert not any("返佣" in index.chunk(row).text for row in range(len(index)))

    encoder.texts.clear()
    (corpus / "articles" / "lost-phone.md").unlink()
    report = prepare(settings, encoder=encoder)
    assert report is not None
    assert (report.added, report.changed, report.removed) == ((), (), ("lost-phone",))
    assert encoder.texts == []
    index = store.load(settings.index)
    assert found(index, analyzer, "凍結") == []
    assert "lost-phone" not in [article.id for article in index.articles()]
    assert len(index.dense) == len(index)


def test_a_new_title_embeds_all_chunks_of_its_article_again(corpus: Path, settings: Settings) -> None:
    encoder = CountingEncoder()
    prepare(settings, encoder=encoder)
    encoder.texts.clear()
    file = corpus / "articles" / "withdraw.md"
    file.write_text(file.read_text(encoding="utf-8").replace("如何提幣?", "怎樣轉出?"), encoding="utf-8")
    report = prepare(settings, encoder=encoder)
    assert report is not None
    assert report.changed == ("withdraw",)
    chunks = split(articles_room.read_article(file))
    assert Counter("怎样转出?" in text for text in encoder.texts) == {
        True: len(chunks) + len({chunk.heading for chunk in chunks})
    }


def test_a_change_that_no_customer_sees_is_indexed_without_embedding(corpus: Path, settings: Settings) -> None:
    encoder = CountingEncoder()
    prepare(settings, encoder=encoder)
    encoder.texts.clear()
    file = corpus / "articles" / "invite.md"
    file.write_text(file.read_text(encoding="utf-8") + "\n\n", encoding="utf-8")
    report = prepare(settings, encoder=encoder)
    assert report is not None
    assert (report.added, report.changed, report.removed, encoder.texts) == ((), (), (), [])
    file.write_text(file.read_text(encoding="utf-8").replace("category: 活動", "category: 返佣"), encoding="utf-8")
    report = prepare(settings, encoder=encoder)
    assert report is not None
    assert (report.changed, encoder.texts) == (("invite",), [])


def test_a_changed_lexicon_is_noticed_and_its_synonyms_find(corpus: Path, settings: Settings) -> None:
    encoder = CountingEncoder()
    prepare(settings, encoder=encoder)
    encoder.texts.clear()
    (corpus / "lexicon.yaml").write_text("version: 1\nsynonyms:\n  - [返佣, 回饋金]\n", encoding="utf-8")
    report = prepare(settings, encoder=encoder)
    assert report is not None
    assert encoder.texts == []
    index = store.load(settings.index)
    assert found(index, index.lexicon.analyzer(settings.cache), "回饋金") == ["invite"]
    assert prepare(settings, encoder=encoder) is None


def test_another_model_embeds_everything_again(settings: Settings) -> None:
    first = prepare(settings, encoder=CountingEncoder("one"))
    second = prepare(settings, encoder=CountingEncoder("two"))
    assert first is not None
    assert second is not None
    assert second.embedded == first.embedded == second.texts
    assert (second.added, second.changed, second.removed) == ((), (), ())


def test_progress_counts_up_to_all_that_is_embedded(settings: Settings) -> None:
    seen: list[tuple[int, int]] = []
    report = prepare(settings, encoder=HashEncoder(), on_progress=lambda done, total: seen.append((done, total)))
    assert report is not None
    assert seen[0] == (0, report.embedded)
    assert seen[-1] == (report.embedded, report.embedded)
    assert seen == sorted(seen)


def test_only_the_newest_versions_are_kept_and_current_always_names_a_whole_one(
    corpus: Path, folder: Path, analyzer: Analyzer
) -> None:
    built = []
    for number in range(layout.KEPT_VERSIONS + 3):
        write([Article("invite", f"邀請規則 {number}", "邀請好友。\n")], corpus)
        built.append(build_index(corpus, folder, analyzer).version)
        index = store.load(folder, identity_of(corpus))
        assert index.version == built[-1]
        assert versions(folder) == sorted(built)[-layout.KEPT_VERSIONS :]
    assert built == sorted(built), "numbers only rise"
    for kept in built[-layout.KEPT_VERSIONS :]:
        layout.verify(folder / kept, layout.Manifest.read(folder / kept))


# --- builds that fail ---------------------------------------------------------------------------------------------


def test_a_build_that_fails_leaves_the_older_version_and_nothing_else(
    corpus: Path, folder: Path, analyzer: Analyzer
) -> None:
    kept = build_index(corpus, folder, analyzer).version
    write([Article("new", "新文章", "新的內容。\n")], corpus)
    with pytest.raises(RuntimeError, match="broke down"):
        build_index(corpus, folder, analyzer, FailingEncoder())
    assert store.load(folder).version == kept
    assert sorted(path.name for path in folder.iterdir()) == sorted([".lock", "CURRENT", kept])


def test_a_disk_that_is_too_full_for_any_file_keeps_the_older_version(
    corpus: Path, folder: Path, analyzer: Analyzer
) -> None:
    resource = pytest.importorskip("resource")
    write([Article(f"more-{n}", f"文章{n}", f"這是第 {n} 篇文章。\n" * 10) for n in range(10)], corpus)
    kept = build_index(corpus, folder, analyzer).version
    sizes = {file.stat().st_size for file in (folder / kept).rglob("*") if file.is_file()}
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for size in sorted(sizes):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size - 1, hard))
        try:
            with pytest.raises(StorageError, match="cannot write: File too large") as caught:
                build_index(corpus, folder, analyzer)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        assert caught.value.path.parent == folder
        assert store.load(folder, identity_of(corpus)).version == kept
        assert sorted(path.name for path in folder.iterdir()) == sorted([".lock", "CURRENT", kept])


def test_a_place_where_no_index_can_be_is_a_storage_error(corpus: Path, tmp_path: Path, analyzer: Analyzer) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot write"):
        build_index(corpus, tmp_path / "file" / "index", analyzer)


# --- every kind of unusable index ---------------------------------------------------------------------------------


@pytest.fixture
def built(corpus: Path, folder: Path, analyzer: Analyzer) -> Path:
    """The folder of the version that serves."""
    return folder / build_index(corpus, folder, analyzer).version


def test_a_missing_index_is_named(corpus: Path, folder: Path) -> None:
    with pytest.raises(MissingIndexError, match=r"nothing has been built in .*index yet"):
        store.load(folder, identity_of(corpus))


def test_an_index_of_other_articles_is_named(built: Path, corpus: Path) -> None:
    assert store.check(built.parent, identity_of(corpus))[0] == built
    write([Article("new", "新文章", "新的內容。\n")], corpus)
    with pytest.raises(StaleIndexError, match="the articles changed"):
        store.load(built.parent, identity_of(corpus))


def test_an_index_of_another_lexicon_is_named(built: Path, corpus: Path) -> None:
    (corpus / "lexicon.yaml").write_text("version: 1\nwords: [集力賺幣]\n", encoding="utf-8")
    with pytest.raises(StaleIndexError, match="the lexicon changed"):
        store.load(built.parent, identity_of(corpus))


def test_an_index_of_another_model_is_named(built: Path, corpus: Path) -> None:
    wanted = replace(identity_of(corpus), encoder="hash-512")
    with pytest.raises(ForeignIndexError, match="built with the model hash-256, the settings name hash-512"):
        store.load(built.parent, wanted)


def test_an_index_of_another_supportbot_is_named(built: Path, corpus: Path) -> None:
    with pytest.raises(ForeignIndexError, match="another version of supportbot"):
        store.load(built.parent, replace(identity_of(corpus), cutting=identity_of(corpus).cutting + 1))
    manifest = layout.Manifest.read(built)
    replace(manifest, identity=replace(manifest.identity, schema=layout.SCHEMA + 1)).write(built)
    with pytest.raises(ForeignIndexError, match=rf"schema {layout.SCHEMA + 1}, this version reads {layout.SCHEMA}"):
        store.load(built.parent)


def flip(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def test_every_file_that_is_altered_cut_short_or_gone_is_named(built: Path) -> None:
    files = sorted(path for path in built.rglob("*") if path.is_file() and path.name != "manifest.json")
    assert len(files) == 14 + 4 * 4 + 8
    for file in files:
        name = file.relative_to(built).as_posix()
        content = file.read_bytes()
        for damaged in (flip(content), content[:-1], content[: len(content) // 2], b"", content + b" "):
            file.write_bytes(damaged)
            with pytest.raises(DamagedIndexError, match=f"{built.name}/{name} was altered"):
                store.load(built.parent)
        file.unlink()
        with pytest.raises(DamagedIndexError, match=f"{built.name}/{name} is missing"):
            store.load(built.parent)
        file.write_bytes(content)
    assert store.load(built.parent).version == built.name
    (built / "bm25_chunk" / "extra.npy").touch()
    with pytest.raises(DamagedIndexError, match=r"bm25_chunk/extra\.npy was altered"):
        store.load(built.parent)


def test_no_byte_of_the_manifest_can_change_unseen(built: Path) -> None:
    file = built / "manifest.json"
    content = file.read_bytes()
    for place in range(0, len(content), 5):
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(IndexUnusableError):
            store.check(built.parent)
    for length in range(0, len(content), 97):
        file.write_bytes(content[:length])
        with pytest.raises(DamagedIndexError, match=r"manifest\.json cannot be read"):
            store.check(built.parent)
    file.unlink()
    with pytest.raises(DamagedIndexError, match=r"manifest\.json cannot be read"):
        store.check(built.parent)


@pytest.mark.parametrize(
    "data",
    [
        [],
        None,
        "",
        7,
        {},
        {"identity": None},
        {"identity": {"schema": layout.SCHEMA}},
        {"identity": {"schema": layout.SCHEMA, "more": 2}},
    ],
)
def test_a_manifest_of_any_other_form_is_named(built: Path, data: object) -> None:
    (built / "manifest.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(DamagedIndexError, match=r"manifest\.json cannot be read"):
        store.load(built.parent)


def test_a_manifest_edited_by_hand_is_named(built: Path) -> None:
    data = json.loads((built / "manifest.json").read_text(encoding="utf-8"))
    (built / "manifest.json").write_text(json.dumps({**data, "chunks": 1000}), encoding="utf-8")
    with pytest.raises(DamagedIndexError, match=r"manifest\.json was altered"):
        store.load(built.parent)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "CURRENT names no version: ''"),
        (b"000001", "CURRENT names no version: '000001'"),
        (b"../../etc", "CURRENT names no version"),
        (b"000001-0123abcd\n000002-0123abcd", "CURRENT names no version"),
        (b"\x00" * 5000, "CURRENT names no version"),
        (b"\xff\xfe", "CURRENT cannot be read"),
        ("壞掉了".encode(), "CURRENT names no version: '壞掉了'"),
        (b"999999-0123abcd\n", "the version 999999-0123abcd is missing"),
    ],
)
def test_a_current_file_that_names_no_version_is_named_and_mended(
    built: Path, corpus: Path, analyzer: Analyzer, content: bytes, reason: str
) -> None:
    (built.parent / "CURRENT").write_bytes(content)
    with pytest.raises(DamagedIndexError, match=reason):
        store.load(built.parent)
    report = build_index(corpus, built.parent, analyzer)
    assert report.version.startswith("000002-")
    assert store.load(built.parent, identity_of(corpus)).version == report.version


def damage_nothing(settings: Settings) -> None:
    shutil.rmtree(settings.index)


def change_articles(settings: Settings) -> None:
    write([Article("new", "新文章", "新的內容。\n")], settings.corpus)


def change_lexicon(settings: Settings) -> None:
    (settings.corpus / "lexicon.yaml").write_text("version: 1\nwords: [返佣]\n", encoding="utf-8")


def change_model(settings: Settings) -> None:
    prepare(settings, encoder=CountingEncoder("other"))


def change_schema(settings: Settings) -> None:
    version = layout.current(settings.index)
    manifest = layout.Manifest.read(version)
    replace(manifest, identity=replace(manifest.identity, schema=99)).write(version)


def cut_file(settings: Settings) -> None:
    file = layout.current(settings.index) / "chunks.jsonl"
    file.write_bytes(file.read_bytes()[:-10])


def garble_current(settings: Settings) -> None:
    (settings.index / "CURRENT").write_text("?", encoding="utf-8")


def index_notes(notes: list[str]) -> Callable[[str], None]:
    """A report that keeps what is said of the index."""
    return lambda note: notes.append(note) if note.startswith("index: ") else None


@pytest.mark.parametrize(
    ("happening", "reason"),
    [
        (damage_nothing, "nothing has been built"),
        (change_articles, "the articles changed"),
        (change_lexicon, "the lexicon changed"),
        (change_model, "built with the model other"),
        (change_schema, "it has the schema 99"),
        (cut_file, "chunks.jsonl was altered"),
        (garble_current, "CURRENT names no version"),
    ],
)
def test_an_unusable_index_is_reported_and_rebuilt_when_the_bot_opens(
    settings: Settings, happening: Callable[[Settings], None], reason: str
) -> None:
    open_bot(settings)
    happening(settings)
    reports: list[str] = []
    bot = open_bot(settings, report=index_notes(reports))
    assert len(reports) == 1
    assert reports[0].startswith("index: ")
    assert reason in reports[0]
    assert reports[0].endswith("; building it")
    wanted = identity_of(settings.corpus)
    assert bot.index.manifest.identity == wanted
    assert store.load(settings.index, wanted).version == bot.index.version
    assert bot.ask("如何提幣?").sources[0].article_id == "withdraw"
    assert open_bot(settings, report=index_notes(reports)).index.version == bot.index.version
    assert len(reports) == 1, "the rebuilt index is taken as it is"


# --- a corpus that cannot be indexed ------------------------------------------------------------------------------


def break_article(settings: Settings) -> None:
    (settings.corpus / "articles" / "invite.md").write_text("沒有開頭\n", encoding="utf-8")


def break_lexicon(settings: Settings) -> None:
    (settings.corpus / "lexicon.yaml").write_text("version: 1\nwords: 7\n", encoding="utf-8")


def empty_corpus(settings: Settings) -> None:
    shutil.rmtree(settings.corpus / "articles")


BROKEN = [
    (break_article, SourceError, r"invite\.md:1: expected front matter"),
    (break_lexicon, SourceError, r"lexicon\.yaml:2: words: expected a list"),
    (empty_corpus, EmptyCorpusError, "no articles"),
]


@pytest.mark.parametrize(("happening", "error", "reason"), BROKEN)
def test_a_corpus_that_cannot_be_indexed_keeps_the_older_index_serving_with_a_report(
    settings: Settings, happening: Callable[[Settings], None], error: type[Exception], reason: str
) -> None:
    kept = open_bot(settings).index.version
    happening(settings)
    with pytest.raises(error, match=reason):
        prepare(settings, encoder=HashEncoder())
    reports: list[str] = []
    bot = open_bot(settings, report=index_notes(reports))
    assert bot.index.version == kept
    assert bot.ask("邀請好友規則").text == "邀請好友註冊，您可獲得 20% 返佣。"
    assert reports[-1].startswith("index: not up to date (")
    assert reports[-1].endswith("; the older one serves on")
    assert re.search(reason, reports[-1])


@pytest.mark.parametrize(("happening", "error", "reason"), BROKEN)
def test_a_corpus_that_cannot_be_indexed_is_an_error_when_nothing_can_serve(
    settings: Settings, happening: Callable[[Settings], None], error: type[Exception], reason: str
) -> None:
    happening(settings)
    with pytest.raises(error, match=reason):
        open_bot(settings)
    shutil.rmtree(settings.corpus)
    write([Article("invite", "邀請", "邀請好友。\n")], settings.corpus)
    prepare(settings, encoder=CountingEncoder("other"))
    happening(settings)
    with pytest.raises(error, match=reason):
        open_bot(settings)


def test_an_index_that_cannot_be_written_serves_on_as_it_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = open_bot(settings).index.version
    write([Article("new", "新文章", "新的內容。\n")], settings.corpus)
    (settings.index / ".lock").unlink()
    (settings.index / ".lock").mkdir()
    reports: list[str] = []
    bot = open_bot(settings, report=index_notes(reports))
    assert bot.index.version == kept
    assert [report.split("; ")[-1] for report in reports] == ["building it", "the older one serves on"]
    assert "cannot write: Is a directory" in reports[1]
    assert bot.ask("如何提幣?").outcome == "answer"
    with pytest.raises(StorageError, match="cannot write: Is a directory"):
        prepare(settings, encoder=HashEncoder())


def test_an_article_without_any_text_that_can_be_shown_does_not_stop_the_others(
    corpus: Path, folder: Path, analyzer: Analyzer
) -> None:
    write([Article("bare", "只有標題", "## 只有標題\n")], corpus)
    build_index(corpus, folder, analyzer)
    index = store.load(folder)
    assert [len(index.chunk_rows(row)) > 0 for row in range(4)] == [False, True, True, True]
    assert found(index, analyzer, "返佣") == ["invite"]


# --- vectors ------------------------------------------------------------------------------------------------------


@examples(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(0, 40), k=st.integers(1, 50))
def test_vector_search_agrees_with_numpy(seed: int, count: int, k: int) -> None:
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(count, 8)).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    query = random.normal(size=8).astype(np.float32)

    index = DenseIndex.build(vectors)
    expected = np.argsort(-(vectors @ query))[:k]
    rows, scores = index.search(query, k)
    assert len(index) == count
    assert rows.tolist() == expected.tolist()
    assert scores == pytest.approx(vectors[expected] @ query, abs=1e-5)
    backwards = np.arange(count)[::-1]
    assert index.scores(query, backwards) == pytest.approx(vectors[backwards] @ query, abs=1e-5)


def test_a_saved_vector_index_is_the_same_when_loaded(tmp_path: Path) -> None:
    DenseIndex.build(np.eye(3, 4, dtype=np.float32)).save(tmp_path / "dense.faiss")
    loaded = DenseIndex.load(tmp_path / "dense.faiss")
    assert loaded.vectors.tolist() == np.eye(3, 4).tolist()
    rows, scores = loaded.search(np.array([0, 1, 0, 0], np.float32), 1)
    assert (rows.tolist(), scores.tolist()) == ([1], [1.0])


def test_a_full_disk_is_noticed_when_vectors_are_saved() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    index = DenseIndex.build(np.ones((1, 4), np.float32))
    with pytest.raises(OSError, match="No space left on device"):
        index.save(full)


# --- words --------------------------------------------------------------------------------------------------------

WORDS = ["提幣", "充幣", "地址", "到賬", "e-1024", "kyc", "手續費", "人臉", "的"]
documents = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), min_size=1, max_size=12)
questions = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5, unique=True)


@examples(max_examples=60, deadline=None)
@given(documents=documents, question=questions)
def test_word_scores_are_those_of_bm25s_up_to_a_factor_of_the_question(
    documents: list[list[str]], question: list[str]
) -> None:
    bm25s = pytest.importorskip("bm25s")
    yardstick = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    yardstick.index(documents, show_progress=False)
    known = [word for word in question if any(word in document for document in documents)]
    expected = yardstick.get_scores(known) if known else np.zeros(len(documents))
    index = BM25Index.build(documents)
    scores = index.scores(dict.fromkeys(question, 1.0))
    reachable = sum(index.idf(word) for word in question)
    assert scores * reachable == pytest.approx(expected, abs=1e-4)
    in_order = best_rows(scores, len(documents))
    assert np.all(np.diff(expected[in_order]) <= 1e-4)
    assert set(in_order.tolist()) == set(np.flatnonzero(expected > 0).tolist())


@examples(max_examples=60, deadline=None)
@given(
    documents=st.lists(st.lists(st.sampled_from(WORDS), max_size=300), max_size=12),
    weights=st.dictionaries(st.sampled_from([*WORDS, "沒人用"]), st.floats(0.001, 1), max_size=6),
)
def test_word_scores_stay_between_zero_and_one(documents: list[list[str]], weights: dict[str, float]) -> None:
    scores = BM25Index.build(documents).scores(weights)
    assert scores.shape == (len(documents),)
    assert np.all((scores >= 0) & (scores <= 1))
    for document, score in zip(documents, scores.tolist(), strict=True):
        assert (score > 0) == bool(set(document) & weights.keys())


def test_a_word_that_no_article_knows_lowers_the_score_without_changing_the_order() -> None:
    index = BM25Index.build([["提幣", "地址"], ["提幣", "提幣"], ["充幣"]])
    known = index.scores({"提幣": 1.0})
    with_unknown = index.scores({"提幣": 1.0, "火星": 1.0})
    assert np.all(with_unknown[:2] < known[:2])
    assert best_rows(with_unknown, 3).tolist() == best_rows(known, 3).tolist() == [1, 0]
    assert index.idf("火星") > index.idf("充幣") > index.idf("提幣") > 0


def test_a_saved_word_index_gives_the_same_scores_when_loaded(tmp_path: Path) -> None:
    index = BM25Index.build([["提幣", "e-1024"], ["提幣"], []])
    index.save(tmp_path / "words")
    loaded = BM25Index.load(tmp_path / "words")
    weights = {"提幣": 0.5, "e-1024": 1.0, "火星": 0.3}
    assert loaded.documents == 3
    assert loaded.scores(weights).tolist() == index.scores(weights).tolist()
    assert loaded.scores({}).tolist() == [0.0, 0.0, 0.0]


@examples(max_examples=60, deadline=None)
@given(documents=documents, question=questions)
def test_likeness_is_what_both_hold_against_all_that_either_holds(
    documents: list[list[str]], question: list[str]
) -> None:
    index = BM25Index.build(documents, k1=0)

    def weight(words: Iterable[str]) -> float:
        return sum(index.idf(word) for word in words)

    for document, likeness in zip(documents, index.likeness(question).tolist(), strict=True):
        both = weight(set(document) & set(question))
        assert likeness == pytest.approx(2 * both / (weight(set(document)) + weight(question)), abs=1e-5)
    for row, document in enumerate(documents):
        assert not document or index.likeness(document)[row] == pytest.approx(1, abs=1e-5)
    assert not index.likeness([]).any()


@given(scores=st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.5, 1.0]), max_size=20), k=st.integers(1, 25))
def test_the_best_rows_are_the_highest_above_zero_and_equal_ones_in_order(scores: list[float], k: int) -> None:
    rows = best_rows(np.array(scores, np.float32), k).tolist()
    expected = sorted((-score, row) for row, score in enumerate(scores) if score > 0)[:k]
    assert [scores[row] for row in rows] == [-score for score, _ in expected]
    assert rows == sorted(rows, key=lambda row: (-scores[row], row))


# --- records ------------------------------------------------------------------------------------------------------

values = st.none() | st.booleans() | st.integers() | st.text(st.characters(blacklist_categories=["Cs"]), max_size=20)


@examples(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=st.lists(st.dictionaries(st.text("鍵abc\n\u2028", max_size=3), values | st.lists(values), max_size=4)))
def test_records_come_back_by_row_in_any_order(tmp_path: Path, written: list[dict[str, object]]) -> None:
    offsets = records.write(tmp_path / "records.jsonl", written)
    read = records.Records(tmp_path / "records.jsonl", offsets)
    assert len(read) == len(written)
    for row in reversed(range(len(written))):
        assert read[row] == written[row]


def test_a_chunk_and_an_article_survive_being_a_record(articles: list[Article]) -> None:
    for article in articles:
        record = json.loads(json.dumps(store.record_of_article(article, "hant")))
        assert store.article_of(record) == replace(article, body="")
        for chunk in split(article):
            assert store.chunk_of(json.loads(json.dumps(asdict(chunk)))) == chunk


def test_the_bot_reads_the_lexicon_that_the_index_was_built_with(settings: Settings) -> None:
    change_lexicon(settings)
    bot: SupportBot = open_bot(settings)
    assert bot.index.lexicon.words == ("返佣",)
    assert bot.index.lexicon == lexicon.read(settings.corpus)
    assert bot.index.lexicon.digest == bot.index.manifest.identity.lexicon
