"""One currency at a time, on the pages whose figures are one block a currency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.ui.frame import Page


class HasCurrency(Protocol):
    """A block of figures in one currency."""

    @property
    def currency(self) -> str:
        """Return the ISO code."""
        ...


Block = TypeVar("Block", bound=HasCurrency)


def choose_block(page: Page, blocks: Sequence[Block], name: str) -> Block:
    """Return the block to show: the only one, or that of the currency chosen on the page ``name``."""
    by_currency = {block.currency: block for block in blocks}
    if len(by_currency) == 1:
        return blocks[0]
    chosen = st.segmented_control(
        page.words("Currency"),
        list(by_currency),
        default=blocks[0].currency,
        required=True,
        key=f"{name}_currency",
    )
    return by_currency[chosen or blocks[0].currency]
