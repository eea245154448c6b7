"""Hides card numbers, bank accounts and citizen service numbers in what people type.

Everything that takes text from outside calls `mask` before it stores, logs or passes it on.
"""

from balie.privacy.finders import Kind
from balie.privacy.masking import Masked, mask

__all__ = ["Kind", "Masked", "mask"]
