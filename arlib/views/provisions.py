"""Provisions: the matrix of expected losses, the claims to look at one by one, what moved since a closing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arlib.analytics import doubtful, provision_entries
from arlib.analytics import provisions as pipeline
from arlib.analytics.doubtful import EVENTS
from arlib.analytics.frames import NOT_AT_THIS_LEVEL, are_all_left_out
from arlib.analytics.provision_entries import STEPS
from arlib.model.issues import UserError
from arlib.views.common import (
    answerable,
    currencies,
    first_answerable,
    in_currency,
    previous_closing,
)

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from arlib.analytics.provisions import Provision
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

__all__ = ["EVENTS", "STEPS", "ProvisionsBlock", "ProvisionsView", "build"]


@dataclass(frozen=True, slots=True)
class ProvisionsBlock:
    """Provisions in one currency.

    ``provision``: the matrix, its total and what it rests on (``analytics.provisions.Provision``).
    ``candidates``: as in ``analytics.doubtful.candidates``. ``movement``: the matrix against the
    closing, by bucket (None: the book does not go back that far); ``claim_moves``: the same claim by claim;
    ``entries``: proposed entries (without a closing: what is proposed now). ``openings``: companies whose account
    491 at the closing was typed in, and what moves it (``provision_entries.against_openings``).
    """

    currency: str
    provision: Provision
    candidates: pd.DataFrame
    movement: pd.DataFrame | None
    claim_moves: pd.DataFrame
    entries: pd.DataFrame
    openings: pd.DataFrame

    @property
    def with_event(self) -> pd.DataFrame:
        """Return the candidates that an event stands behind."""
        return self.candidates.loc[self.candidates["standing"] == "event"]

    @property
    def proposed_minor(self) -> int | None:
        """Return what is retained, excl. VAT, amounts not known left out: events and what was accepted.

        None: there are such claims and the amount of none is known.
        """
        return _known_sum(self._meant["retained_minor"])

    @property
    def proposed_reason(self) -> str | None:
        """Return why ``proposed_minor`` is None: no_tax, or to_judge (events alone, too young for a rate)."""
        if self.proposed_minor is not None:
            return None
        return "no_tax" if self._meant["ht_minor"].isna().any() else "to_judge"

    @property
    def _meant(self) -> pd.DataFrame:
        """Return the candidates with an event, and those that the user judged."""
        rows = self.candidates
        return rows.loc[(rows["standing"] == "event") | rows["decision"].notna()]

    @property
    def decided(self) -> int:
        """Return how many candidates the user accepted or refused."""
        return int(self.candidates["decision"].notna().sum())

    @property
    def no_tax_minor(self) -> int:
        """Return the candidates whose VAT is not known, incl. VAT: nothing can be proposed of them."""
        rows = self.candidates
        return int(rows.loc[rows["ht_minor"].isna(), "open_minor"].sum())

    @property
    def lateness_minor(self) -> int | None:
        """Return what the ages would give for the claims that are late and nothing else.

        None: there are such claims and the VAT of none is known.
        """
        rows = self.candidates
        late = rows.loc[(rows["standing"] == "lateness_only") & rows["decision"].isna()]
        return _known_sum(late["proposed_minor"])

    def entry_total(self, step: str) -> int:
        """Return the sum of the debits of one kind of proposed entry."""
        return int(self.entries.loc[self.entries["step"] == step, "debit_minor"].sum())


def _known_sum(amounts: pd.Series[int]) -> int | None:
    known = amounts.dropna()
    return None if len(amounts) and known.empty else int(known.sum())


@dataclass(frozen=True, slots=True)
class ProvisionsView:
    """One block a currency, the largest first.

    ``since``: the closing compared with; ``has_movement``: the book can answer at it. ``base``
    (HT, TTC), ``factor``, ``loss_ratio`` (0: not set), ``vat_ratio`` (0: not set), ``buckets`` bounds and ``ages``
    (days, percentage) are those of the policy. ``unavailable``: why nothing can be said;
    ``left_out``: companies whose ledger says of no invoice whether it is open.
    """

    as_of: date
    since: date
    has_movement: bool
    base: str
    factor: float
    loss_ratio: float
    vat_ratio: float
    buckets: tuple[int, ...]
    ages: tuple[tuple[int, float], ...]
    blocks: tuple[ProvisionsBlock, ...]
    unavailable: str | None
    left_out: tuple[str, ...]


def build(portfolio: Portfolio, policy: Policy, *, since: date | None = None) -> ProvisionsView:
    """Return provisions at the date against a closing: the previous month-end by default.

    Raises:
        UserError: ``as_of_too_early`` when the closing asked for is one the book cannot answer at,
        ``migration_dates`` when it does not come before the date.
    """
    closing = since or previous_closing(portfolio.as_of)
    if closing >= portfolio.as_of:
        raise UserError(
            "migration_dates", value=closing.isoformat(), detail=portfolio.as_of.isoformat()
        )
    has_movement = bool(answerable(portfolio, [closing]))
    if since is not None and not has_movement:
        first = first_answerable(portfolio)
        raise UserError(
            "as_of_too_early", value=closing.isoformat(), detail=first.isoformat() if first else ""
        )
    missing = portfolio.estimated_companies()
    is_nothing = are_all_left_out(portfolio, missing)
    earlier = portfolio.at(closing) if has_movement else None
    return ProvisionsView(
        as_of=portfolio.as_of,
        since=closing,
        has_movement=has_movement,
        base=policy.ecl_base,
        factor=policy.ecl_forward_factor,
        loss_ratio=policy.ecl_loss_ratio,
        vat_ratio=policy.ecl_vat_ratio,
        buckets=policy.buckets,
        ages=tuple(sorted((int(age), share) for age, share in policy.doubtful_ratios.items())),
        blocks=() if is_nothing else _blocks(portfolio, earlier, policy, closing),
        unavailable=NOT_AT_THIS_LEVEL if is_nothing else None,
        left_out=tuple(sorted(missing)),
    )


def _blocks(
    portfolio: Portfolio, earlier: Portfolio | None, policy: Policy, since: date
) -> tuple[ProvisionsBlock, ...]:
    held = set(pipeline.claims(portfolio, policy)["currency"])
    if earlier is not None:
        held |= set(pipeline.claims(earlier, policy)["currency"])
    return tuple(
        _block(portfolio, earlier, policy, currency, since)
        for currency in currencies(portfolio)
        if currency in held
    )


def _block(
    portfolio: Portfolio, earlier: Portfolio | None, policy: Policy, currency: str, since: date
) -> ProvisionsBlock:
    now = pipeline.provision(portfolio, policy, currency)
    found = in_currency(doubtful.candidates(portfolio, policy), currency)
    old = found.head(0)
    moved = None
    if earlier is not None:
        old = in_currency(doubtful.candidates(earlier, policy), currency)
        moved = pipeline.movement(now, pipeline.provision(earlier, policy, currency))
    moves = provision_entries.movement(found, old)
    openings = provision_entries.against_openings(portfolio, found, since, currency)
    return ProvisionsBlock(
        currency=currency,
        provision=now,
        candidates=found,
        movement=moved,
        claim_moves=moves,
        entries=provision_entries.entries(found, moves, openings),
        openings=openings,
    )
