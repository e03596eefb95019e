"""Marks of site generators inside Markdown as Markdown, or as the components that they stand for.

| form | tool |
|---|---|
| `{{< notice tip >}} … {{< /notice >}}`, `{{% steps %}}`, `{{< figure src="…" >}}`, `{{< ref "a.md" >}}` | Hugo |
| `{% note info %} … {% endnote %}`, `{% asset_img a.png %}`, `{% post_link a %}` | Hexo |
| `{% link a.md %}`, `{: .note }` | Jekyll |
"""

import re

from supportbot.importers import markup
from supportbot.importers.components import COMPONENTS, FOLDED, NOTES

_HUGO = re.compile(r"\{\{([<%])[ \t]*(/?)([A-Za-z][\w./-]{0,60})((?:\s[^{}]{0,1000})?)[%>]\}\}")
_HEXO = re.compile(
    r"\{%[ \t]*(asset_img|asset_link|img|post_link|post_path|post_url|asset_path|link)[ \t]([^%\n]{1,500})%\}"
)
_NOTE = re.compile(r"\{%[ \t]*(end)?(note)((?:[ \t][^%\n]{0,300})?)%\}")
_KRAMDOWN = re.compile(r"^[ >]*\{:[^{}\n]{1,200}\}[ \t]*$\n?", re.MULTILINE)
_WORD = re.compile(r"(?:([\w-]+)=)?(?:\"([^\"]*)\"|'([^']*)'|`([^`]*)`|([^\s\"'=]+))")
_REFERENCES = frozenset(["ref", "relref", "post_path", "post_url", "asset_path"])


def as_components(text: str) -> str:
    """Return a text, its code put aside, with such marks as components, images and links.

    >>> as_components('見 [付款]({{< relref "pay.md" >}})')
    '見 [付款](pay.md)'
    """
    if "{{" in text:
        closed = {match[3] for match in _HUGO.finditer(text) if match[2]}
        text = _HUGO.sub(lambda tag: _hugo(tag, closed), text)
    if "{%" in text:
        text = _NOTE.sub(lambda tag: _component(tag[2], bool(tag[1]), *_words(tag[3])), _HEXO.sub(_hexo, text))
    return _KRAMDOWN.sub("", text) if "{:" in text else text


def _words(raw: str) -> tuple[list[str], dict[str, str]]:
    """Return the arguments of a mark: those without a name, and those with one."""
    found = [(name, "".join(values)) for name, *values in _WORD.findall(raw)]
    return [value for name, value in found if not name], {name.lower(): value for name, value in found if name}


def _hugo(match: re.Match[str], closed: set[str]) -> str:
    """Return what a shortcode becomes; one that is not known and holds no text stays as it is."""
    name, (plain, named) = match[3].lower().split("/")[-1], _words(match[4].rstrip(" /"))
    if name in _REFERENCES:
        return plain[0] if plain else named.get("path", "")
    if source := named.get("src") or (plain[0] if plain and name in ("figure", "img", "image") else ""):
        shown = markup.image(markup.escape(named.get("alt", "")), source)
        caption = " ".join(filter(None, (named.get("title"), named.get("caption"))))
        return f"{shown}\n\n{markup.escape(caption)}\n\n" if caption else shown
    return _component(name, bool(match[2]), plain, named) if match[3] in closed else match[0]


def _component(name: str, closes: bool, plain: list[str], named: dict[str, str]) -> str:
    known = next((one for one in COMPONENTS if one.lower() == name), "")
    if name in NOTES or name in ("notice", "admonitions"):
        known = "Note"
    elif name in FOLDED or name == "expand":
        known = "Accordion"
    if closes:
        return f"</{known or 'span'}>"
    title = named.get("title") or named.get("name") or named.get("label") or ""
    title = title or " ".join(word for word in plain if known != "Note" or word.lower() not in NOTES)
    shown = title.replace('"', "&quot;").replace("<", "&lt;")
    if known:
        return f'<{known} title="{shown}">' if shown else f"<{known}>"
    return "<span>"


def _hexo(match: re.Match[str]) -> str:
    plain, _ = _words(match[2])
    if match[1] in ("asset_img", "img"):
        place = next((i for i, word in enumerate(plain) if re.search(r"\.\w{2,5}$", word)), -1)
        alt = [word for word in plain[place + 1 :] if not re.fullmatch(r"\d+%?", word)]
        return match[0] if place < 0 else markup.image(markup.escape(" ".join(alt)), plain[place])
    if not plain or match[1] in _REFERENCES or (len(plain) == 1 and match[1] == "link"):
        return plain[0] if plain else match[0]
    address, text = (plain[1], plain[0]) if match[1] == "link" else (plain[0], " ".join(plain[1:]) or plain[0])
    return markup.link(markup.escape(text), address)
