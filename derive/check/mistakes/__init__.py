"""What mends a wrong line: the smallest edit of its right side that makes it right. kinds.KINDS lists what is tried."""

from derive.check.mistakes.search import mend
from derive.check.mistakes.worth import Hint

__all__ = ["Hint", "mend"]
