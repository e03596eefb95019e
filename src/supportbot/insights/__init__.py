"""Insights: what customers ask, grouped; and what they may want to ask, suggested."""
