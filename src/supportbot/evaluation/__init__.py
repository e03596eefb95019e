"""Evaluation: labelled data sets through the very functions that serve customers, judged by article.

`datasets` reads BEIR folders, `systems` opens the bot on them, `runs` holds rankings (TREC files), `measures` and
`comparing` judge rankings, `answering` judges answers with the help of `faithfulness` and `calibration`; `experiment`
does all of it, and `report`, `plots` and `page` tell what came out. `gates` are the floors of a CI job, `fitting` fits
the confidence on labelled questions, `mteb` plugs the retriever into the MTEB benchmark. See docs/evaluation.md.
"""
