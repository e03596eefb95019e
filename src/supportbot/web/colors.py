"""The site's accent colour, darkened or lightened until it is readable in each theme.

Contrast is that of WCAG 2.2, 1.4.3: the ratio of relative luminances of sRGB colours; text needs 4.5 to 1.
"""

from dataclasses import dataclass

CONTRAST = 4.5
DEFAULT_ACCENT = "#0a6c5e"
DARKEST, LIGHTEST = "#0b1110", "#ffffff"
# The surfaces of static/shared/design.css on which the accent has the least contrast.
LIGHT_SURFACE, DARK_SURFACE = "#eef2f0", "#242b2e"


@dataclass(frozen=True, slots=True)
class Theme:
    """An accent for text and buttons, and the colour of text on it; `#rrggbb`.

    >>> light, dark = themes("#0a6c5e")
    >>> dark
    Theme(accent='#609f96', on_accent='#0b1110')
    """

    accent: str
    on_accent: str


def themes(accent: str | None) -> tuple[Theme, Theme]:
    """Return the light and the dark theme of an accent `#rrggbb`, or of the default one."""
    wanted = accent or DEFAULT_ACCENT
    return _theme(wanted, LIGHT_SURFACE, DARKEST), _theme(wanted, DARK_SURFACE, LIGHTEST)


def stylesheet(accent: str | None) -> str:
    """Return the CSS that sets the accent of pages and of the widget."""
    light, dark = themes(accent)
    return (
        f":root,:host{{--accent:light-dark({light.accent},{dark.accent});"
        f"--on-accent:light-dark({light.on_accent},{dark.on_accent})}}"
    )


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours `#rrggbb`, 1 to 21."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _theme(accent: str, surface: str, toward: str) -> Theme:
    """Mix the accent with black or white until it is readable on the surface."""
    shades = (_mixed(accent, toward, share / 20) for share in range(21))
    shade = next(shade for shade in shades if contrast(shade, surface) >= CONTRAST or shade == toward)
    return Theme(shade, max((LIGHTEST, DARKEST), key=lambda ink: contrast(ink, shade)))


def _mixed(one: str, other: str, share: float) -> str:
    mixed = (round(a + (b - a) * share) for a, b in zip(_rgb(one), _rgb(other), strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _rgb(color: str) -> list[int]:
    return [int(color[place : place + 2], 16) for place in (1, 3, 5)]


def _luminance(color: str) -> float:
    linear = [v / 12.92 if (v := value / 255) <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for value in _rgb(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
