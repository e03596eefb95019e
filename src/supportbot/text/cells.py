"""Cells of a table that a spreadsheet opens: none may become a formula."""

_FORMULA = tuple("=+-@\t\r")


def guarded(text: str) -> str:
    """Return the text with a quote before it if a spreadsheet would take it for a formula.

    >>> guarded("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def unguarded(text: str) -> str:
    """Return what `guarded` was given."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA) else text
