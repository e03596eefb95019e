"""Retrieval: a question in, ranked articles out."""
