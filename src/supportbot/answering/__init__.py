"""Answering: from a question and the conversation it stands in to an `Answer`."""
