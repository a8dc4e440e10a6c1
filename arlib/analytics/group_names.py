"""Names of companies reduced to what identifies them, so that two spellings of one name meet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

# Forms a company can have, in the countries our customers are found in: they identify nobody.
_FORMS: Final = (
    "SA SAS SASU SARL SARLU EURL EIRL EI SNC SCI SCP SCM SCA SCS SCOP SCIC SELARL SELAS GIE GAEC EARL "
    "SCEA STE SOCIETE ETS ETABLISSEMENT ETABLISSEMENTS MAISON GMBH AG KG OHG UG MBH CO LTD LIMITED LLC "
    "LLP INC CORP CORPORATION PLC BV NV BVBA SPRL SRL SPA SL SLU SLR OY AB AS APS"
)
_LINKS: Final = "ET AND UND DE DU DES D LA LE LES L A AU AUX EN THE OF CIE COMPAGNIE"
# What tells the establishments of one company apart: place, rank, part of a business.
_QUALIFIERS: Final = (
    "GROUPE GROUP HOLDING FINANCE PARTICIPATIONS INVEST INVESTISSEMENT FILIALE AGENCE DEPOT SITE USINE "
    "MAGASIN SIEGE SUCCURSALE ETABLISSEMENT FRANCE EUROPE INTERNATIONAL NORD SUD EST OUEST CENTRE "
    "ATLANTIQUE MEDITERRANEE ALSACE LORRAINE BRETAGNE NORMANDIE PICARDIE AQUITAINE AUVERGNE RHONE ALPES "
    "PROVENCE LANGUEDOC OCCITANIE BOURGOGNE CHAMPAGNE IDF PARIS LYON MARSEILLE LILLE NANTES BORDEAUX "
    "TOULOUSE STRASBOURG RENNES NICE GRENOBLE DIJON ROUEN REIMS METZ NANCY TOURS ANGERS BREST CAEN "
    "LE MANS ORLEANS MULHOUSE CLERMONT MONTPELLIER TOULON AMIENS LIMOGES PERPIGNAN BESANCON BELGIQUE "
    "SUISSE LUXEMBOURG ESPAGNE ITALIE ALLEMAGNE DEUTSCHLAND ITALIA ESPANA IBERICA BELGIUM UK "
    "FILS FRERES DISTRIBUTION SERVICES SERVICE LOGISTIQUE PRODUCTION INDUSTRIE INDUSTRIES COMMERCE EXPORT"
)
# Words that name a trade or an institution: alone, they identify nobody.
_COMMON: Final = (
    "AGENCE ASSOCIATION ATELIER AUBERGE AUTO AUTOMOBILE BANQUE BAR BATIMENT BETON BOIS BOUCHERIE "
    "BOULANGERIE BRASSERIE CABINET CABLERIE CAFE CAISSE CENTRE CHARPENTE CHARPENTES CLIENT CLIENTS "
    "CLINIQUE COLLEGE COMMUNE CONSEIL CONSERVERIE CONSTRUCTION CONSTRUCTIONS CREATION CUSTOMER DEBITEUR "
    "DEPARTEMENT DESIGN DIVERS ECOLE ELECTRICITE ENTREPRISE EXPERT FERME FONDERIE FROMAGERIE GARAGE "
    "HOPITAL HOTEL IMMOBILIER IMPRIMERIE INFORMATIQUE INSTITUT JARDIN JARDINERIE LABORATOIRE LIBRAIRIE "
    "LYCEE MACONNERIE MAIRIE MECANIQUE MENUISERIE MESSAGERIES METAL METROPOLE OFFICE OPTIQUE PEINTURE "
    "PEINTURES PEPINIERES PHARMACIE PLASTURGIE PLOMBERIE PRESSE QUINCAILLERIE REGION RESTAURANT SALON "
    "SERRURERIE SYNDICAT TECHNOLOGIE TECHNOLOGIES TEXTILE TRANSPORT TRANSPORTS TRAVAUX UNION "
    "UNIVERSITE VILLE"
)
# Signs and letters that have no plain letter of their own under their accent.
_SIGNS: Final = dict.fromkeys([*range(0x2010, 0x2028), 0xB4, 0xA0, 0xAB, 0xBB], " ")
_LETTERS: Final = _SIGNS | {
    0x152: "OE",
    0xC6: "AE",
    0xD8: "O",
    0x141: "L",
    0xDF: "SS",
    0x1E9E: "SS",
}
_SHORTEST: Final = 3  # letters below which a name says too little


def _any_of(words: str) -> str:
    """Return a pattern of one of these words, standing alone."""
    return rf"\b(?:{'|'.join(words.split())})\b"


_FORM: Final = _any_of(_FORMS)
_LINK: Final = _any_of(_LINKS)
_QUALIFIER: Final = _any_of(_QUALIFIERS)
_COMMON_WORDS: Final = frozenset(_COMMON.split())
# Initials written apart: "S.A.R.L.", "S A S".
_INITIALS: Final = re.compile(r"\b[A-Z](?: [A-Z]){1,5}\b")


def plain(names: pd.Series[str]) -> pd.Series[str]:
    """Return names in capitals without accents, signs, legal forms and link words; "" when missing.

    A name with nothing else keeps its own words.
    """
    whole = names.fillna("").str.upper().str.translate(_LETTERS).str.normalize("NFKD")
    bare = whole.str.encode("ascii", "ignore").str.decode("ascii")
    words = bare.str.replace(r"[^A-Z0-9]+", " ", regex=True).str.strip()
    words = words.str.replace(_INITIALS, lambda found: found[0].replace(" ", ""), regex=True)
    short = _without(_without(words, _FORM), _LINK)
    return short.where(short.str.len() >= _SHORTEST, words)


def core(plain_names: pd.Series[str]) -> pd.Series[str]:
    """Return plain names without the words of place and activity; "" when nothing identifies.

    "ALPHA NORD" and "ALPHA SUD" have one core; "TRANSPORTS NORD" has none: a trade is nobody's name.
    """
    kept = _without(plain_names, _QUALIFIER)
    is_alone = kept.isin(_COMMON_WORDS)
    return kept.where((kept.str.len() > _SHORTEST) & ~is_alone, "")


def _without(words: pd.Series[str], pattern: str) -> pd.Series[str]:
    left = words.str.replace(pattern, " ", regex=True)
    return left.str.replace(r" +", " ", regex=True).str.strip()
