"""Embedding: texts to unit vectors. `encoder.load` gives the encoder that a settings value names."""
