"""What people edit in a corpus folder: articles, lexicon, out-of-scope questions, tuning; read and checked."""
