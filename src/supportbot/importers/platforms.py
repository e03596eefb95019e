"""Which platforms a text gives instructions for, from the words it uses."""

import re

from supportbot.content.platforms import Platform

# `App` alone counts as well (請將 App 升級至 …), unless it is part of another name.
_APP = re.compile(
    r"(?<![a-z])app(?![a-z])(?!\s?(?:store|key|id|secret|name)\b)|(?:手機|手机|移動|移动|行動)(?:端|版)", re.IGNORECASE
)
_WEB = re.compile(
    r"(?<![a-z])(?:web|pc)\s?(?:端|版)|(?:網頁|网页|電腦|电脑|桌面|瀏覽器|浏览器|網站|网站)(?:端|版)", re.IGNORECASE
)
# A title that names both at once (「下載 (App/Web端)」) says nothing about the steps that stand here.
_BOTH = re.compile(r"(?:app|web)\s?端?\s?[/／、]\s?(?:app|web)\s?端?", re.IGNORECASE)


def named_in(text: str) -> tuple[Platform, ...]:
    """The platforms that `text` names, in the order of `articles.PLATFORMS`."""
    text = _BOTH.sub(" ", text)
    found: list[Platform] = []
    if _APP.search(text):
        found.append("app")
    if _WEB.search(text):
        found.append("web")
    return tuple(found)
