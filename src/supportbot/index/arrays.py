"""Write arrays so that a full disk is an error: `numpy.save` leaves the file cut short and says nothing."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def save(path: Path, array: NDArray[Any]) -> None:
    """Write `array` to `path` in the form that `numpy.load` reads. Raise `OSError` if the disk does not take it all."""
    array = np.ascontiguousarray(array)
    with path.open("wb") as stream:
        np.lib.format.write_array_header_1_0(stream, np.lib.format.header_data_from_array_1_0(array))
        stream.write(array.tobytes() if not array.size else array.data.cast("B"))
