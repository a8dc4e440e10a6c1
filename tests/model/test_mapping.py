"""A mapping of columns: what is needed, and the file that carries it."""

from __future__ import annotations

from arlib.ingest.synonyms import SYNONYMS
from arlib.model.mapping import (
    FIELDS,
    NEEDED,
    KnownMapping,
    from_json,
    is_shared,
    missing,
    to_json,
)
from arlib.ui.mapping_form import TITLES


def test_every_field_offered_is_one_that_is_read_and_has_words() -> None:
    assert set(FIELDS) <= set(SYNONYMS)
    assert set(TITLES) == set(FIELDS)
    assert len(set(FIELDS)) == len(FIELDS)


def test_one_field_of_each_group_is_enough() -> None:
    assert missing(group[-1] for group in NEEDED) == ()
    assert missing({"customer_name", "due_on"}) == (NEEDED[2],)
    assert missing(()) == NEEDED


def test_a_shared_file_says_the_same_after_a_journey() -> None:
    known = KnownMapping("12ab", {"customer_id": "Réf. « client »", "amount": "Montant €"})
    content = to_json(known)
    assert is_shared(content)
    assert from_json(b"\xef\xbb\xbf" + content) == known
    assert not is_shared(b'{"rows": []}')
    assert not is_shared(b"encours-mapping;1\n")
