"""Splink on DuckDB: trained on the register itself without labels, then asked with `predict_between`."""

import logging
import time
import warnings
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow
import splink.comparison_library as compare
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from bench.matching.figures import Answer
from bench.matching.systems import Found, answer
from bench.matching.telling import Query, Record
from mash.people import identifiers, names
from mash.people.details import Details

COLUMNS = ("given", "family", "sound", "born_on", "sex", "postcode", "phone", "nhs")
WORDS = pyarrow.schema([(name, pyarrow.string()) for name in ("id", *COLUMNS)])
WIDE = [
    block_on("nhs"),
    block_on("born_on"),
    block_on("given", "family"),
    block_on("sound", "substr(born_on, 1, 4)"),
    block_on("postcode", "substr(family, 1, 1)"),
    block_on("postcode", "substr(given, 1, 1)"),
    block_on("phone"),
    block_on("given", "substr(born_on, 1, 7)"),
    "l.given = r.family and l.family = r.given",
]
SETTINGS = SettingsCreator(
    link_type="dedupe_only",
    comparisons=[
        compare.ForenameSurnameComparison("given", "family"),
        compare.DateOfBirthComparison("born_on", input_is_string=True),
        compare.ExactMatch("sex"),
        compare.PostcodeComparison("postcode"),
        compare.ExactMatch("phone"),
        compare.ExactMatch("nhs"),
    ],
    blocking_rules_to_generate_predictions=WIDE,
    unique_id_column_name="id",
)


class Splink:
    """A model trained on the register by expectation and maximisation, as one would who has no labels."""

    name = "Splink predict_between"

    def __init__(self, records: Sequence[Record]) -> None:
        logging.getLogger("splink").setLevel(logging.ERROR)
        warnings.filterwarnings("ignore")
        self.whose = [one.human for one in records]
        self.api = DuckDBAPI(duckdb.connect())
        self.held = self._registered([one.details for one in records], "held")
        self.linker = Linker(self.held, SETTINGS, log_level=logging.ERROR)
        training = self.linker.training
        training.estimate_probability_two_random_records_match([block_on("nhs")], recall=0.4)
        training.estimate_u_using_random_sampling(max_pairs=2_000_000)
        training.estimate_parameters_using_expectation_maximisation(block_on("born_on"))
        training.estimate_parameters_using_expectation_maximisation(block_on("given", "family"))

    def answers(self, queries: Sequence[Query]) -> list[Answer]:
        """Ask all queries at once; what one takes by itself is measured by `seconds`."""
        asked = self._registered([one.details for one in queries], "asked")
        rows = self._between(asked)
        found: dict[int, Found] = defaultdict(list)
        for query, human, score in rows:
            found[query].append((human, score, False))
        return [
            answer(query, sorted(found[place], key=lambda one: -one[1])[:5], 0.0)
            for place, query in enumerate(queries)
        ]

    def seconds(self, queries: Sequence[Query]) -> list[float]:
        """Return how long each query takes when it comes alone, as they do."""
        took = []
        for place, query in enumerate(queries):
            began = time.perf_counter()
            self._between(self._registered([query.details], f"alone_{place}"))
            took.append(time.perf_counter() - began)
        return took

    def _between(self, asked: Any) -> list[tuple[int, int, float]]:
        pairs = self.linker.inference.predict_between(self.held, asked).as_duckdbpyrelation()
        rows = pairs.project("id_l, id_r, match_weight").fetchall()
        return [
            (
                int(max(one, other, key=_is_query)[1:]),
                self.whose[int(min(one, other, key=_is_query)[1:])],
                weight,
            )
            for one, other, weight in rows
        ]

    def _registered(self, several: Sequence[Details], name: str) -> Any:
        letter = "r" if name == "held" else "q"
        rows = [{"id": f"{letter}{place}", **_plain(said)} for place, said in enumerate(several)]
        table = pyarrow.Table.from_pylist(rows, schema=WORDS)
        return self.api.register(table, dataset_display_name=name)


def _is_query(key: str) -> bool:
    return key.startswith("q")


def _plain(said: Details) -> dict[str, str | None]:
    given, family = names.fold(said.given), names.fold(said.family)
    valid = identifiers.is_valid("nhs", said.nhs_number)
    row = {
        "given": given,
        "family": family,
        "sound": f"{names.sound(given)} {names.sound(family)}" if given and family else "",
        "born_on": said.born_on.isoformat() if said.born_on else "",
        "sex": said.sex if said.sex != "U" else "",
        "postcode": said.addresses[0].postcode if said.addresses else "",
        "phone": said.phones[0] if said.phones else "",
        "nhs": said.nhs_number if said.nhs_number and valid else "",
    }
    return {name: value or None for name, value in row.items()}
