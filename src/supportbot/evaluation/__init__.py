"""Evaluation: ask the bot the questions of a labelled data set and judge rankings and answers.

- `experiment` runs everything; `report`, `plots` and `page` write the results.
- `datasets` reads BEIR folders, `systems` opens the bot on them, `runs` reads and writes rankings (TREC files).
- `measures` and `comparing` judge rankings. `answering`, `faithfulness` and `calibration` judge answers.
- `gates` are minimum values for a CI job, `fitting` fits the tuning file, `speed` measures times, and `mteb` makes the
  retriever a model of the MTEB benchmark.

docs/evaluation.md describes the data, the measures and the report.
"""
