"""Fit the weights of `answering/telling.py` on the labelled questions of the help centres and of our benchmark.

    python tests/help_centres/fit_pieces.py

Print the weights, fitted on the splits train and dev, and how well they do on help centres that the fit has not seen:
the share of questions whose likeliest piece belongs to the answer.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from supportbot import settings as settings_room
from supportbot.answering.passages import ranked
from supportbot.answering.telling import features
from supportbot.evaluation import datasets, systems
from supportbot.index.store import Index
from supportbot.retrieval.filters import Filters
from supportbot.serving.opening import load_encoder
from supportbot.text.folding import exact_key

ROOT = Path(__file__).resolve().parents[2]
NEEDED, UNASKED, WELCOME, OTHER = 1.0, -1.0, np.nan, 0.0
"""The labels of a piece. Welcome ones are no part of the fit; others are probably not needed, and count less."""

SCALES = {"cover": 5.0, "same": 5.0, "words": 2.0}
"""How large features are made before the fit, so that one penalty suits them all."""


def labels_of(index: Index, rows: list[int], label: dict[str, list[str]]) -> NDArray[np.float64]:
    """Return the label of each piece; of several that hold a text, the one nearest to the others that are needed."""
    texts = [exact_key(piece.text) for row in rows for piece in index.pieces(row)]

    def holders(text: str) -> list[int]:
        return [place for place, held in enumerate(texts) if exact_key(text) in held]

    found = np.full(len(texts), OTHER)
    for value, name in ((UNASKED, "unasked"), (WELCOME, "welcome"), (NEEDED, "needed")):
        for text in label.get(name, []):
            places = holders(text)
            if value == NEEDED and len(places) > 1:
                others = [place for other in label["needed"] if other != text for place in holders(other)]
                places = [min(places, key=lambda place: min((abs(place - one) for one in others), default=0))]
            found[places] = value
    return found


def questions(folder: Path, split: str) -> Iterator[tuple[str, NDArray[np.float64], NDArray[np.float64], list[str]]]:
    """Yield the split, the features (pieces, features) and the labels (pieces,) of each labelled question."""
    settings = settings_room.load()
    dataset = datasets.read(folder, split=split)
    bot = systems.open_bot(dataset, settings, load_encoder(settings), on_progress=lambda done, total: None)
    for line in (folder / datasets.PASSAGES).read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        query = bot.search(label["text"], filters=Filters(article=label["article"])).own_query
        shares = ranked(bot.index, query, bot.index.article_rows[label["article"]])
        values = features(bot.index, query, shares)
        kinds = labels_of(bot.index, sorted(row for row, _ in shares), label)
        if (kinds == NEEDED).any():
            yield label["split"], np.stack(list(values.values()), axis=1), kinds, list(values)


def fit(
    asked: list[tuple[NDArray[np.float64], NDArray[np.float64]]], names: list[str]
) -> tuple[NDArray[np.float64], float]:
    """Return the weights of the features, and the bias."""
    scales = np.array([next((size for part, size in SCALES.items() if part in name), 1.0) for name in names])
    table = np.concatenate([values for values, _ in asked]) * scales
    kinds = np.concatenate([kinds for _, kinds in asked])
    known = ~np.isnan(kinds)
    counts = np.where(kinds == OTHER, 0.7, 1.0)[known]
    model = LogisticRegression(max_iter=1000).fit(table[known], kinds[known] == NEEDED, sample_weight=counts)
    return model.coef_[0] * scales, float(model.intercept_[0])


def main() -> None:
    """Read, fit and print."""
    folders = {path.parent: "test" for path in sorted((ROOT / "tests/help_centres").glob("*/passages.jsonl"))}
    folders[ROOT / "corpus/benchmarks/help-zh-hant"] = "dev"
    found = {folder: list(questions(folder, split)) for folder, split in folders.items()}
    names = next(iter(found.values()))[0][3]

    def known(folders: list[Path]) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        return [(values, kinds) for one in folders for split, values, kinds, _ in found[one] if split != "test"]

    hits = []
    for folder in found:
        weights, _ = fit(known([other for other in found if other != folder]), names)
        hits += [kinds[(values @ weights).argmax()] == NEEDED for values, kinds in known([folder])]
    weights, bias = fit(known(list(found)), names)
    lines = [f'    "{name}": {weight:.2f},' for name, weight in zip(names, weights, strict=True)]
    lines += [
        f"bias {bias:.2f}",
        f"{len(hits)} questions, likeliest piece needed: {np.mean(hits):.3f} (fitted on others)",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
