"""Any sequence of imports: the last state of the source alone counts, and what people edited is never lost silently."""

import dataclasses
import tempfile
from collections.abc import Mapping
from pathlib import Path

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from supportbot.content import articles as articles_room
from supportbot.content.articles import Article
from supportbot.syncing import Plan, Source, apply, make_plan, read
from supportbot.syncing.reading import pages_of
from supportbot.syncing.spool import Spool

State = Mapping[str, str]
TEXTS = [f"# {title}\n\n{body}\n" for title in ("甲", "乙") for body in ("第一段。\n\n第二段。", "看[這篇](b.md)。")]
STATES = st.dictionaries(
    st.sampled_from(["a.md", "b.md", "c/a.md", "c/b.md"]), st.sampled_from([*TEXTS, "# 丙\n\n丙的內容。\n"]), min_size=1
)


def bring(state: State, folder: Path, corpus: Path) -> Plan:
    """Import one state of the source `help` and prune what is gone."""
    with tempfile.TemporaryDirectory(dir=folder) as source:
        for name, text in state.items():
            path = Path(source, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        with Spool() as spool:
            reading = read([Source("help", Path(source))], spool, pages=pages_of(corpus))
            plan = make_plan(reading, corpus, prune=True)
            apply(plan, reading, corpus)
            return plan


def told(corpus: Path) -> list[Article]:
    """The articles without their ids, also in links."""
    found = articles_room.read_all(corpus)
    names = {f"]({one.id}.md)": f"]({one.source_id})" for one in found}

    def plain(one: Article) -> Article:
        body = one.body
        for link, name in names.items():
            body = body.replace(link, name)
        return dataclasses.replace(one, id="", body=body)

    return sorted(map(plain, found), key=lambda one: one.source_id)


@hypothesis_settings(max_examples=40, deadline=None)
@given(st.lists(STATES, min_size=1, max_size=4))
def test_without_edits_only_the_last_state_counts(states: list[State]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for state in states:
            bring(state, folder, folder / "all")
        bring(states[-1], folder, folder / "last")
        assert told(folder / "all") == told(folder / "last")
        assert set(bring(states[-1], folder, folder / "all").counts) == {"same"}


@hypothesis_settings(max_examples=40, deadline=None)
@given(STATES, st.lists(STATES, min_size=1, max_size=3), st.integers(0, 9))
def test_an_edit_stays_whatever_the_source_does(first: State, later: list[State], which: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = folder / "all"
        bring(first, folder, corpus)
        found = articles_room.article_files(corpus)
        path = found[which % len(found)]
        path.write_text(path.read_text(encoding="utf-8") + "\n人寫的一行。\n", encoding="utf-8")
        for state in later:
            bring(state, folder, corpus)
            assert sum("人寫的一行" in one.body for one in articles_room.read_all(corpus)) == 1
