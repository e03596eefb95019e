"""The corpus folder that people edit: articles, lexicon, messages, platforms, out-of-scope questions, tuning."""
