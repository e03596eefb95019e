"""Embedding: encoders, which turn texts into unit vectors. `encoder.load` returns one."""
