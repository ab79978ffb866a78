"""The tables: `functions`, one row for each function; `forms`, one row for each construct that equations may use."""

from derive.operators.functions import TABLE, Row
from derive.operators.slopes import slope, value

__all__ = ["TABLE", "Row", "slope", "value"]
