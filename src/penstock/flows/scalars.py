"""What an unquoted YAML text is, after YAML 1.2's core schema (its chapter 10.3)."""

import math
import re
from typing import Final

from pydantic import JsonValue

_NULL: Final = re.compile(r"~|null|Null|NULL|")
_TRUE: Final = re.compile(r"true|True|TRUE")
_FALSE: Final = re.compile(r"false|False|FALSE")
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,4000}")
_ODD_INTEGER: Final = re.compile(r"0o[0-7]{1,2000}|0x[0-9a-fA-F]{1,2000}")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[-+]?(?:\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN")
_ZEROS: Final = re.compile(r"[-+]?0[0-9]+")


def plain_value(text: str) -> JsonValue:
    """What an unquoted text is in YAML 1.2's core schema.

    Raises:
        ValueError: it is a number, but not one that JSON has or that keeps its digits.
    """
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    if _ZEROS.fullmatch(text):
        raise ValueError("a number does not keep its leading zeros")
    if _INTEGER.fullmatch(text):
        return int(text)
    if _ODD_INTEGER.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if not math.isfinite(number):
            raise ValueError("the number is too large")
        return number
    if _NOT_FINITE.fullmatch(text):
        raise ValueError("this is not a number")
    return text
