"""A delay in words: how a manager says it aloud."""

from __future__ import annotations

import math
from typing import Any

from arlib.i18n.catalogue import translator
from arlib.i18n.formats import MISSING, formats, is_missing


def delay_words(value: Any, language: str = "fr") -> str:
    """Return a mean delay in whole days, rounded half away from zero; ``–`` when missing.

    >>> delay_words(6.949, "en"), delay_words(0.4, "en"), delay_words(-2.5, "en")
    ('+7 days', 'on the due date', '3 days early')
    """
    if is_missing(value):
        return MISSING
    _, f = translator(language), formats(language)
    days = int(math.copysign(math.floor(abs(value) + 0.5), value))
    if days == 0:
        return _("on the due date")
    if days > 0:
        text = _.ngettext("+{n} day", "+{n} days", days)
    else:
        text = _.ngettext("{n} day early", "{n} days early", -days)
    return text.format(n=f.integer(abs(days)))
