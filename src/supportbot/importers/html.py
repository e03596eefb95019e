"""A stand-in until the importer for HTML is merged, whose `to_markdown` takes its place."""


def to_markdown(fragment: str) -> str:
    """Return HTML as Markdown."""
    from markdownify import markdownify

    return str(markdownify(fragment, heading_style="ATX", bullets="-"))
