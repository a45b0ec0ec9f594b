"""Splink over a register: trained on it without labels, then asked for the pairs worth a look."""

import logging
import warnings
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from mash.people.duplicates.records import COLUMNS

LEAST_WEIGHT = -2.0
"""Splink's own, in powers of two.  What lies below is left out; the product weighs the rest."""
SAMPLED = 1_000_000  # pairs drawn to learn how often chance agrees
FEWEST = 300  # records from which there is anything to learn; of fewer every pair is weighed
TWICE = 0.1
"""Of the records, at a guess, how many have another of the same person: where training begins."""


class NotInstalled(Exception):
    """Splink, or the engine asked for, is not installed."""


def pairs(records: Iterable[Mapping[str, str | None]], *, engine: str = "duckdb") -> list[tuple[str, str]]:
    """Return the keys of each two records that may be one person.

    engine: "duckdb", in this process; "spark", on the Spark session that is there, or a local one.

    Raises NotInstalled.
    """
    rows = list(records)
    if len(rows) < FEWEST:
        return [
            (str(one["id"]), str(other["id"])) for place, one in enumerate(rows) for other in rows[:place]
        ]
    logging.getLogger("splink").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = _linked(rows, engine)
    return [(one, other) for one, other in found if one != other]


def _linked(rows: list[Mapping[str, str | None]], engine: str) -> list[tuple[str, str]]:
    try:
        import splink.comparison_library as compare
        from splink import Linker, SettingsCreator, block_on
        from splink.internals.exceptions import EMTrainingException
    except ImportError:
        raise NotInstalled("Splink is not installed: pip install openmash[duplicates]") from None
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        probability_two_random_records_match=TWICE / len(rows),
        comparisons=[
            compare.ForenameSurnameComparison("given", "family"),
            compare.DateOfBirthComparison("born_on", input_is_string=True),
            compare.ExactMatch("sex"),
            compare.PostcodeComparison("postcode"),
            compare.ExactMatch("phone"),
            compare.ExactMatch("nhs"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("nhs"),
            block_on("phone"),
            block_on("born_on", "given_sound"),
            block_on("born_on", "family_sound"),
            block_on("given_sound", "family_sound", "substr(born_on, 1, 4)"),
            block_on("postcode", "given_sound"),
            "l.given_sound = r.family_sound and l.family_sound = r.given_sound",
        ],
    )
    held = _duckdb(rows) if engine == "duckdb" else _spark(rows)
    linker = Linker(held, settings, log_level=logging.ERROR)
    training = linker.training
    training.estimate_u_using_random_sampling(max_pairs=SAMPLED)
    for rule in (block_on("born_on"), block_on("given", "family"), block_on("postcode")):
        with suppress(
            EMTrainingException, ValueError
        ):  # too few records of this register agree in it to learn from
            training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_weight=LEAST_WEIGHT)
    return [(str(row["id_l"]), str(row["id_r"])) for row in found.as_record_list()]


def _duckdb(rows: list[Mapping[str, str | None]]) -> Any:
    import duckdb
    import pyarrow
    from splink.backends.duckdb import DuckDBAPI

    words = pyarrow.schema([(name, pyarrow.string()) for name in COLUMNS])
    return DuckDBAPI(duckdb.connect()).register(pyarrow.Table.from_pylist(rows, schema=words))


def _spark(rows: list[Mapping[str, str | None]]) -> Any:
    try:
        from pyspark.sql import SparkSession
        from splink.backends.spark import SparkAPI, similarity_jar_location
    except ImportError:
        raise NotInstalled("Spark is not installed: pip install pyspark, and Java") from None
    session = SparkSession.builder.config("spark.jars", similarity_jar_location()).getOrCreate()
    words = ", ".join(f"{name} string" for name in COLUMNS)
    frame = session.createDataFrame([tuple(row[name] for name in COLUMNS) for row in rows], words)
    return SparkAPI(spark_session=session, break_lineage_method="persist").register(
        frame
    )  # nothing is put on a disk
