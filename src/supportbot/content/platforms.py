"""Platforms: the app and the web, and the words by which headings and questions name them."""

import re
from collections.abc import Sequence
from typing import Literal, get_args

Platform = Literal["app", "web"]
PLATFORMS: tuple[Platform, ...] = get_args(Platform)

_APP = re.compile(
    r"\bapp\s*(?:端|版|内|內)|(?:手機|手机|行動|移動|移动)(?:端|版)|^\s*【?(?:在|於)?\s*app\b", re.IGNORECASE
)
_WEB = re.compile(
    r"\bweb\s*(?:端|版)|(?:網頁|网页|電腦|电脑|桌面|瀏覽器|浏览器)(?:端|版)?|^\s*【?(?:在|於)?\s*web\b", re.IGNORECASE
)


def platforms_named(text: str) -> set[Platform]:
    """The platforms that a heading or a question names (App 端, 電腦版, web …)."""
    patterns: dict[Platform, re.Pattern[str]] = {"app": _APP, "web": _WEB}
    return {platform for platform, pattern in patterns.items() if pattern.search(text)}


def without_platform(heading_path: Sequence[str]) -> tuple[str, ...]:
    """Headings without the platform they name, so that the same section for another platform compares equal."""
    return tuple(re.sub(r"[\s（）()【】:：]", "", _WEB.sub("", _APP.sub("", heading))) for heading in heading_path)
