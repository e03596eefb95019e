"""The index: articles cut into chunks, embedded, laid on disk, loaded back."""
