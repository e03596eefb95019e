"""Chinese text: folding, scripts, locales, words, pinyin keys, character n-grams, sentences."""
