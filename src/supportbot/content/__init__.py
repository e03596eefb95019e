"""What people edit in a corpus folder: articles, lexicon, messages, platforms, out-of-scope
questions, tuning; read and checked.
"""
