"""Chinese text: folding for matching, scripts, words and pinyin keys. Knows nothing of articles."""
