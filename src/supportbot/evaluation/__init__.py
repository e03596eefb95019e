"""Evaluation: BEIR data sets through the very functions that serve customers, judged by article."""
