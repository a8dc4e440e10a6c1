"""Words, numbers and dates of the languages the product speaks: the only room that knows Babel."""

from arlib.i18n.catalogue import DEFAULT_LANGUAGE, LANGUAGES, N_, Translator, translator
from arlib.i18n.formats import MISSING, Formats, formats

__all__ = [
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "MISSING",
    "N_",
    "Formats",
    "Translator",
    "formats",
    "translator",
]
