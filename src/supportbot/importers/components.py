"""What the components of documentation tools are: notes, tabs, steps, cards, by their names.

Docusaurus, VitePress, Starlight, Mintlify, Nextra, GitBook and MkDocs share most of them.
"""

from enum import Enum, auto


class Kind(Enum):
    """What a component becomes in Markdown."""

    BLOCK = auto()  # what stands in it, on lines of its own
    INLINE = auto()  # what stands in it
    NOTE = auto()  # a block quote that begins with its title
    SECTION = auto()  # a heading of its label, and what stands in it; a question and its answer if the label asks
    STEPS = auto()  # an ordered list, if it holds steps
    STEP = auto()  # an item of an ordered list that begins with its title
    CARD = auto()  # its title, as a link if it has an address, and what stands in it
    FIELD = auto()  # a parameter: its name in bold, its type, and what stands in it
    HINT = auto()  # what stands in it, and behind that what is shown on pointing at it
    CAPTION = auto()  # what stands in it, and below that its caption
    NOTHING = auto()  # shows no text


def _named(kind: Kind, names: str) -> dict[str, Kind]:
    return dict.fromkeys(names.split(), kind)


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


NOTES = _names(
    "note tip info warning danger caution important success hint attention error abstract summary tldr todo bug "
    "example "
    "quote cite failure fail missing check done question help faq seealso alert callout admonition aside"
)
"""The kinds of notes; of `:::note`, `!!! note` and `> [!NOTE]`."""

FOLDED = _names("details spoiler collapse collapsible accordion toggle expandable")
"""What is folded until its title is clicked."""

COMPONENTS: dict[str, Kind] = {
    **_named(
        Kind.NOTE, "Note Tip Info Warning Danger Caution Check Callout Admonition Alert Aside Important Success Hint"
    ),
    **_named(
        Kind.SECTION, "Tab TabItem TabPanel TabsContent Accordion AccordionItem Expandable Update Details Collapse"
    ),
    **_named(Kind.SECTION, "CodeGroupItem CodeBlockTab Toggle FAQItem"),
    **_named(Kind.STEPS, "Steps Stepper"),
    **_named(Kind.STEP, "Step"),
    **_named(Kind.CARD, "Card LinkCard LinkButton DocCard Tile HoverCard NavCard Button"),
    **_named(Kind.FIELD, "ParamField ResponseField Param Property Field"),
    **_named(Kind.HINT, "Tooltip Term Abbr"),
    **_named(Kind.CAPTION, "Frame Figure"),
    **_named(Kind.INLINE, "Badge Icon Kbd Trans Highlight Link Fragment Text"),
    **_named(Kind.NOTHING, "Snippet TOCInline Toc DocCardList"),
}

GITBOOK: dict[str, Kind] = {
    **_named(Kind.NOTE, "hint"),
    **_named(Kind.SECTION, "tab"),
    **_named(Kind.STEPS, "stepper"),
    **_named(Kind.STEP, "step"),
    **_named(Kind.CARD, "embed content-ref file"),
    **_named(Kind.CAPTION, "code"),
    **_named(Kind.BLOCK, "tabs columns column updates update swagger openapi raw cards"),
    **_named(Kind.NOTHING, "include include_relative comment hackmd"),
}
"""Of `{% hint style="info" %}`."""

HTML_BLOCKS = _names(
    "p div section article header footer main nav aside dl dt dd form fieldset figure figcaption pre body html head "
    "center address hgroup search picture video audio object iframe embed option select table thead tbody tfoot "
    "template details dialog menu noscript"
)
HTML_INLINE = _names(
    "a abbr acronym b bdi bdo big br button cite code data del dfn em font i img input ins kbd label legend mark meter "
    "output progress q rp rt ruby s samp small source span strike strong sub sup td th time tr tt u var wbr "
    "col colgroup "
    "caption path link meta ul ol li h1 h2 h3 h4 h5 h6 hr summary blockquote textarea base track param g circle rect "
    "optgroup"
)
