"""Gates: least values of measures, for a job that has to fail when quality falls."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from supportbot.errors import SettingsError
from supportbot.evaluation import measures
from supportbot.evaluation.answering import BY_KIND, MEASURES


@dataclass(frozen=True, slots=True)
class Gate:
    """The least value of a measure of rankings or of answers.

    >>> parse(["Success@1=0.95"])
    [Gate(name='Success@1', least=0.95)]
    """

    name: str
    least: float

    @property
    def of_answers(self) -> bool:
        """Whether the measure is one of answers."""
        return self.name.split("/")[0] in MEASURES


def parse(texts: Iterable[str]) -> list[Gate]:
    """Return the gates in texts such as "Success@1=0.95". Raise `SettingsError` for a text that is none."""
    found = []
    for text in texts:
        name, _, number = (part.strip() for part in text.rpartition("="))
        try:
            least = float(number)
        except ValueError:
            least = math.nan
        if not name or not math.isfinite(least):
            raise SettingsError(f"--fail-below {text!r:.60}: expected a measure and a number, such as Success@1=0.95")
        kind_of = name.partition("/")[0] in BY_KIND
        if name in MEASURES or kind_of:
            found.append(Gate(name, least))
            continue
        try:
            found += [Gate(parsed, least) for parsed in measures.parse(name)]
        except SettingsError as error:
            raise SettingsError(f"--fail-below: {error}; of answers: {', '.join(MEASURES)}") from None
    return found


def failures(gates: Sequence[Gate], values: Mapping[str, float]) -> list[str]:
    """Return a line for each gate whose measure is below it or missing in `values`, which is by name of the measure."""
    lines = []
    for gate in gates:
        value = values.get(gate.name)
        if value is None:
            lines.append(f"{gate.name}: not measured, wanted at least {gate.least:g}")
        elif value < gate.least:
            lines.append(f"{gate.name}: {value:.4f} is below {gate.least:g}")
    return lines
