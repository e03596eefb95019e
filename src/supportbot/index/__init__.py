"""The index: articles cut into chunks, embedded, written to disk and loaded."""
