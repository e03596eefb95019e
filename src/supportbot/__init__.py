"""supportbot: a retrieval-augmented support chatbot for Chinese help centres."""

__version__ = "0.1.0"
