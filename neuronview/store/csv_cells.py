"""Tables as CSV for spreadsheets, which compute any cell that begins like a formula: no text does, once it was here."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv

from neuronview.tokens import spreadsheet_safe

if TYPE_CHECKING:
    import pandas as pd  # importers of rows do without

__all__ = ["csv_of_frame", "csv_of_table"]


def csv_of_frame(frame: pd.DataFrame) -> bytes:
    """A frame in UTF-8, with an apostrophe before texts and names of columns that begin like a formula."""
    safe = frame.copy(deep=False)
    for name in safe.select_dtypes(["object", "string", "category"]):
        safe[name] = [spreadsheet_safe(cell) if isinstance(cell, str) else cell for cell in safe[name]]
    safe.columns = [spreadsheet_safe(str(name)) for name in safe]
    # With this end of a line, a line that begins inside a text is quoted however it begins.
    return str(safe.to_csv(index=False, lineterminator="\r\n")).encode("utf-8", "replace")


def csv_of_table(table: pa.Table) -> bytes:
    """The same of a table without lists and structures, whose whole numbers stay whole."""
    for place, field in enumerate(table.schema):
        # A query's enumerations are dictionaries of texts.
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if pa.types.is_string(kind):
            cells = [cell and spreadsheet_safe(cell) for cell in table.column(place).to_pylist()]
            table = table.set_column(place, field.name, pa.array(cells, kind))
    stream = io.BytesIO()
    pyarrow.csv.write_csv(table.rename_columns(list(map(spreadsheet_safe, table.column_names))), stream)
    return stream.getvalue()
