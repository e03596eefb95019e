"""Retrieval: rank the articles of an index for a query."""
