"""Pairs of customers that look like one group: same identifier, same name, like name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics.group_names import core, plain
from arlib.model.identifiers import bare_identifier, check_identity

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    Ratios = npt.NDArray[np.float64]
    Flags = npt.NDArray[np.bool_]

# Reasons, the surest first.
WAYS: Final = ("siren", "vat_number", "name", "core", "spelling")
SURENESS: Final = ("sure", "likely", "possible")
# Two names may be one written twice from this share of letters in common, in the same order; they are
# when the words they do not share are one letter apart, two for long ones.
_LIKE: Final = 0.85
_SHORTEST: Final = 5  # letters below which another letter is another name
_LONG: Final = 10
_MOST_ALIKE: Final = 12  # customers a core may have: beyond, it is a common word
_MOST_PAIRED: Final = 100  # of one key: beyond, each is paired with the first alone
_BLOCK: Final = 300  # names with one beginning: beyond, a longer beginning is asked for
_SIREN: Final = 9
_FIGURES: Final = re.compile(r"\D+")
_PAIR: Final = ["left", "right"]


def pairs(who: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of rows of ``who`` (places), each with its best reason.

    ``who``: ``company_id, customer_id, name, siren, vat_number, is_natural_person`` and the default
    index. Columns: ``left`` < ``right``, ``way`` (of ``WAYS``), ``sureness``, ``similarity_ratio``.
    Pairs are within one company. Two valid and different SIREN make any likeness of names no more
    than possible, and so does the name of a natural person.
    """
    known = identified(who)
    found = pd.concat(
        [
            _same(known, "siren_key", "siren"),
            _same(known, "vat_key", "vat_number"),
            _same(known, "plain", "name"),
            _cores(known),
            _spellings(known),
        ],
        ignore_index=True,
    )
    found["_place"] = found["way"].map({way: place for place, way in enumerate(WAYS)})
    found = found.sort_values([*_PAIR, "_place"]).drop_duplicates(_PAIR, ignore_index=True)
    return _judged(found.drop(columns="_place"), known)


def identified(who: pd.DataFrame) -> pd.DataFrame:
    """Return ``who`` with what its rows are compared on: ``siren_key, vat_key, plain, core``.

    An identifier whose key digits are wrong identifies nobody; a French VAT number gives the SIREN
    of a customer without one.
    """
    frame = who.copy()
    frame["siren_key"], frame["vat_key"] = _identifiers(who)
    frame["plain"] = plain(who["name"]).where(who["name"] != who["customer_id"], "")
    frame["plain"] = frame["plain"].where(frame["plain"].str.contains("[A-Z]{3}"), "")
    frame["core"] = core(frame["plain"])
    return frame


def _identifiers(who: pd.DataFrame) -> tuple[pd.Series[str], pd.Series[str]]:
    """Return the SIREN and the VAT number of each row, "" unless its key digits are right."""
    known = who[["siren", "vat_number"]].dropna(how="all").astype(object)
    texts = zip(known["siren"], known["vat_number"], strict=True)
    checked = [_checked(siren, vat) for siren, vat in texts]
    frame = pd.DataFrame(checked, index=known.index, columns=["siren", "vat"], dtype="str")
    frame = frame.reindex(who.index).fillna("")
    return frame["siren"], frame["vat"]


def _checked(siren: object, vat: object) -> tuple[str, str]:
    number = bare_identifier(vat)
    code = bare_identifier(siren)[:_SIREN]
    found = check_identity(code or None, number or None)
    good_vat = number if found.vat in {"valid", "unchecked"} else ""
    if found.siren == "valid":
        return code, good_vat
    is_french = found.vat == "valid" and number.startswith("FR")
    return (number[-_SIREN:] if is_french else ""), good_vat


def _same(known: pd.DataFrame, column: str, way: str) -> pd.DataFrame:
    """Return the pairs of rows of one company that share a filled value."""
    rows = known.loc[known[column] != "", ["company_id", column]].reset_index(names="place")
    rows["count"] = rows.groupby(["company_id", column])["place"].transform("size")
    rows = rows.loc[rows["count"] > 1]
    firsts = rows.drop_duplicates(["company_id", column])
    few = rows["count"] <= _MOST_PAIRED
    met = pd.concat(
        [
            rows.loc[few].merge(rows.loc[few], on=["company_id", column]),
            firsts.loc[firsts["count"] > _MOST_PAIRED].merge(rows, on=["company_id", column]),
        ]
    )
    return _paired(met["place_x"], met["place_y"]).assign(way=way, similarity_ratio=1.0)


def _cores(known: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs whose names differ by words of place or activity alone."""
    counted = known.groupby(["company_id", "core"])["core"].transform("size")
    kept = known.assign(core=known["core"].where(counted <= _MOST_ALIKE, ""))
    kept["core"] = kept["core"].where(~kept["is_natural_person"], "")
    return _same(kept, "core", "core")


def _spellings(known: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs whose names are nearly the same letters, the same figures.

    Of customers with one name the first stands for all: they are a pair already.
    """
    rows = known.loc[known["plain"].str.len() > _SHORTEST, ["company_id", "plain"]]
    rows = rows.drop_duplicates().reset_index(names="place")
    names = known["plain"].to_numpy(object)
    met = _candidates(rows)
    ratio = similarity(names[met["left"]], names[met["right"]])
    met = met.assign(similarity_ratio=ratio).loc[ratio >= _LIKE]
    is_slip = _is_slip(names[met["left"]].tolist(), names[met["right"]].tolist())
    return met.loc[is_slip].assign(way="spelling")


def _is_slip(left: list[str], right: list[str]) -> Flags:
    """Tell whether the words two names do not share are the same but for a letter or two."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    own = [_apart(one, other) for one, other in zip(left, right, strict=True)]
    ones, others = [pair[0] for pair in own], [pair[1] for pair in own]
    shortest = np.array([min(len(one), len(other)) for one, other in own], dtype="int64")
    figures = [[_FIGURES.sub("", text) for text in texts] for texts in (ones, others)]
    is_same = np.array([a == b for a, b in zip(*figures, strict=True)], dtype=bool)
    moved = np.asarray(process.cpdist(ones, others, scorer=OSA.distance, workers=1))
    return is_same & (shortest >= _SHORTEST) & (moved <= np.where(shortest >= _LONG, 2, 1))


def _apart(left: str, right: str) -> tuple[str, str]:
    """Return the words that each of two names has alone, sorted."""
    one, other = set(left.split()), set(right.split())
    return " ".join(sorted(one - other)), " ".join(sorted(other - one))


def similarity(left: Iterable[str], right: Iterable[str]) -> Ratios:
    """Return how alike names are, 0 to 1, whatever the order of their words (symmetric)."""
    from rapidfuzz import fuzz, process

    found = process.cpdist(list(left), list(right), scorer=fuzz.token_sort_ratio, workers=1)
    return np.asarray(found, dtype="float64") / 100


def _candidates(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs worth comparing: names that begin or, words sorted, begin alike.

    A mistake in the first letters of both spellings at once is not looked for.
    """
    ordered = rows["plain"].str.split().map(sorted).str.join(" ")
    blocks = [_blocked(rows, rows["plain"]), _blocked(rows, ordered)]
    return pd.concat(blocks).drop_duplicates(_PAIR, ignore_index=True)


def _blocked(rows: pd.DataFrame, text: pd.Series[str]) -> pd.DataFrame:
    """Return the pairs that share the first letters, more of them where many do."""
    key = text.str[:4]
    for length in (6, 8, 11):
        crowd = key.groupby([rows["company_id"], key]).transform("size")
        key = key.where(crowd <= _BLOCK, text.str[:length])
    block = key.groupby([rows["company_id"], key]).ngroup()
    keyed = pd.DataFrame({"block": block, "place": rows["place"]})
    crowd = keyed.groupby("block")["place"].transform("size")
    keyed = keyed.loc[(crowd > 1) & (crowd <= _BLOCK)]
    met = keyed.merge(keyed, on="block")
    return _paired(met["place_x"], met["place_y"])


def _paired(one: pd.Series[int], other: pd.Series[int]) -> pd.DataFrame:
    """Return pairs of places, each once, the lower first."""
    is_pair = (one != other).to_numpy()
    places = np.column_stack([one, other]).astype("int64")[is_pair]
    return pd.DataFrame(np.sort(places, axis=1), columns=_PAIR).drop_duplicates(ignore_index=True)


def _judged(found: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Add how sure each pair is."""
    sides = [known.loc[found[side], ["siren_key", "is_natural_person"]] for side in _PAIR]
    sirens = [side["siren_key"].to_numpy(object) for side in sides]
    is_other = (sirens[0] != "") & (sirens[1] != "") & (sirens[0] != sirens[1])
    persons = [side["is_natural_person"].to_numpy(bool) for side in sides]
    is_person = persons[0] | persons[1]
    is_identified = found["way"].isin(["siren", "vat_number"]).to_numpy()
    is_named = (found["way"] == "name").to_numpy() & ~is_other & ~is_person
    found["sureness"] = np.select([is_identified, is_named], SURENESS[:2], SURENESS[2])
    return found
