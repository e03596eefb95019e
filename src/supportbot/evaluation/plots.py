"""Plots of a report as SVG, drawn by matplotlib, in the light or dark colours of the page they are in."""

import io
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from supportbot.errors import SettingsError
from supportbot.evaluation.calibration import Bin, Point
from supportbot.evaluation.measures import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Colours for matplotlib to write, which are then replaced by CSS variables of the page or the colour of its text.
INK, FAINT, LINE = "#010101", "#020202", "#020203"
SERIES = ("#030301", "#030302", "#030303", "#030304", "#030305", "#030306", "#030307", "#030308")
_CSS = {INK: "currentColor", FAINT: "var(--faint)", LINE: "var(--line)"} | {
    colour: f"var(--series-{number})" for number, colour in enumerate(SERIES, 1)
}
_MARKERS = "osD^vPX*"
_STYLE: dict[Any, Any] = {
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.family": "sans-serif",
    "font.size": 11,
    "grid.color": LINE,
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "svg.fonttype": "none",
    "svg.hashsalt": "supportbot",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": INK,
    "ytick.color": INK,
}


def slices(found: Mapping[str, Mapping[str, Estimate]], measure: str) -> str:
    """Draw a row for each slice with a mark and an interval for each system; `found` is by system and slice."""
    names = list(next(iter(found.values())))

    def draw(axes: "Axes") -> None:
        for number, (system, by_slice) in enumerate(found.items()):
            shift = 0.6 * ((number + 0.5) / len(found) - 0.5)
            means = [by_slice[name].mean for name in names]
            low = [max(0.0, one.mean - one.low) for one in by_slice.values()]
            high = [max(0.0, one.high - one.mean) for one in by_slice.values()]
            axes.errorbar(
                means,
                [place + shift for place in range(len(names))],
                xerr=[low, high],
                fmt=_MARKERS[number % len(_MARKERS)],
                color=SERIES[number % len(SERIES)],
                capsize=2,
                markersize=5,
                label=_label(system),
            )
        axes.set_yticks(range(len(names)), [_label(name) for name in names])
        axes.invert_yaxis()
        axes.grid(axis="x")
        axes.set_xlabel(measure)
        axes.figure.legend(loc="outside upper left", ncols=4)

    return _svg(draw, height=1.6 + len(names) * max(0.35, 0.16 * len(found)))


def coverage(points: Sequence[Point], chosen: Point | None) -> str:
    """Draw precision over coverage as the threshold falls; mark the point `chosen`."""

    def draw(axes: "Axes") -> None:
        axes.plot([point.coverage for point in points], [point.precision for point in points], color=SERIES[0])
        if chosen:
            label = f"wanted: precision {chosen.precision:.3f} at coverage {chosen.coverage:.3f}"
            axes.plot([chosen.coverage], [chosen.precision], "o", color=SERIES[1], markersize=8, label=label)
            axes.figure.legend(loc="outside upper left")
        axes.set_xlim(0, 1.02)
        axes.set_ylim(min(0.5, *(point.precision for point in points), 0.5), 1.02)
        axes.set_xlabel("coverage: share of the answerable questions")
        axes.set_ylabel("precision: share that is right")
        axes.grid()

    return _svg(draw)


def reliability(bins: Sequence[Bin]) -> str:
    """Draw the share right over the mean confidence of each bin, and the diagonal of a perfect calibration."""

    def draw(axes: "Axes") -> None:
        axes.bar(
            [one.low for one in bins], [one.right for one in bins], 0.096, align="edge", color=SERIES[0], alpha=0.35
        )
        axes.plot([one.confidence for one in bins], [one.right for one in bins], "o-", color=SERIES[0], label="the bot")
        axes.plot([0, 1], [0, 1], "--", color=FAINT, label="perfect")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.02)
        axes.set_xlabel("confidence")
        axes.set_ylabel("share right")
        axes.figure.legend(loc="outside upper left", ncols=2)

    return _svg(draw)


def latency(milliseconds: Sequence[float], p50: float, p95: float) -> str:
    """Draw a histogram of answer times up to the 99th percentile, with the median and the 95th percentile."""

    def draw(axes: "Axes") -> None:
        most = max(float(np.percentile(milliseconds, 99)), p95) * 1.05 or 1.0
        axes.hist(milliseconds, bins=30, range=(0, most), color=SERIES[0], alpha=0.6)
        for value, name, style in ((p50, "median", "-"), (p95, "95th percentile", "--")):
            axes.axvline(value, color=SERIES[1], linestyle=style, label=f"{name} {value:.1f} ms")
        axes.set_xlabel("milliseconds")
        axes.set_ylabel("questions")
        axes.figure.legend(loc="outside upper left", ncols=2)

    return _svg(draw, height=3.2)


def check() -> None:
    """Raise `SettingsError` if matplotlib is not installed."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise SettingsError("--report needs matplotlib: pip install 'supportbot[eval]'") from None


def _label(text: str) -> str:
    return text if len(text) <= 24 else text[:23] + "…"


def _svg(draw: Callable[["Axes"], None], *, height: float = 4.2) -> str:
    """Return what `draw` draws on axes, 7.2 inches wide, as an `<svg>` element in the colours of the page."""
    import matplotlib
    from matplotlib.figure import Figure

    buffer = io.StringIO()
    with matplotlib.rc_context(_STYLE), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # glyphs missing in matplotlib's font: the page's font has them
        figure = Figure(figsize=(7.2, height), layout="constrained")
        figure.patch.set_alpha(0)
        axes = figure.add_subplot()
        axes.patch.set_alpha(0)
        draw(axes)
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (?:width|height)="[\d.]+pt"', "", svg, count=2)  # the page sets the width
    for colour, variable in _CSS.items():
        svg = svg.replace(colour, variable)
    return svg
