"""Splink over a register: trained on it without labels, then asked for the pairs worth a look."""

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain, islice
from typing import Any, NamedTuple

from mash.people.duplicates.common import IN_COMMON, TURNED, having_in_common
from mash.people.duplicates.records import Line
from mash.people.duplicates.spilling import private_folder

LEAST_WEIGHT = -6.0
"""Splink's own, in powers of two.  What lies below is left out; the product weighs the rest."""
SAMPLED = 1_000_000  # pairs drawn to learn how often chance agrees
TAUGHT = 500_000  # pairs that agree in something, drawn to learn how often one person's records agree
TRIED = 20_000  # records, to tell how many pairs agree in it
FEWEST = 5_000  # records from which on Splink is asked; of fewer the product weighs all that have something in common
TWICE = 0.1
"""Of the records, at a guess, how many have another of the same person: where training begins."""
AT_ONCE = 10_000  # lines or pairs
MEMORY = "2GB"  # for DuckDB; beyond it goes to a private folder
SPLINK_MISSING = "Splink is not installed: pip install openmash[duplicates]"


class NotInstalled(Exception):
    """Splink, or the engine asked for, is not installed."""


class Pair(NamedTuple):
    """Two lines that may be one person, by their places, the smaller first.

    weight: Splink's own, as `LEAST_WEIGHT`; 0 where it was not asked.
    """

    one: int
    other: int
    weight: float


def pairs(lines: Iterable[Line], *, engine: str = "duckdb", sampled: int = SAMPLED) -> Iterator[list[Pair]]:
    """Yield the pairs of lines that may be one person, some at a time.

    engine: "duckdb", in this process; "spark", on the Spark session that is there, or a local one.
    sampled: pairs drawn at random to learn from.

    Raises NotInstalled.
    """
    several = iter(lines)
    first = list(islice(several, FEWEST))
    if len(first) < FEWEST:
        yield [Pair(*places, 0.0) for places in having_in_common(first)]
        return
    logging.getLogger("splink").setLevel(logging.ERROR)
    held = _on_duckdb if engine == "duckdb" else _on_spark
    with held(chain(first, several)) as (register, count, rows):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = _predicted(register, count, sampled)
        yield from _parts(rows(found))


def _predicted(register: Any, count: int, sampled: int) -> Any:
    """Train on the lines and return the pairs as Splink holds them."""
    try:
        import splink.comparison_library as compare
        from splink import Linker, SettingsCreator, block_on
        from splink.internals.exceptions import EMTrainingException
    except ImportError:
        raise NotInstalled(SPLINK_MISSING) from None
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        probability_two_random_records_match=TWICE / count,
        comparisons=[
            compare.ForenameSurnameComparison("given", "family"),
            compare.DateOfBirthComparison("born_on", input_is_string=True),
            compare.ExactMatch("sex"),
            compare.PostcodeComparison("postcode"),
            compare.ExactMatch("phone"),
            compare.ExactMatch("nhs"),
        ],
        blocking_rules_to_generate_predictions=[
            *(block_on(*words) for words in IN_COMMON),
            *map(_turned, TURNED),
        ],
        retain_matching_columns=False,
    )
    linker = Linker(register, settings, log_level=logging.ERROR)
    linker.training.estimate_u_using_random_sampling(max_pairs=sampled)
    for rule in (block_on("born_on"), block_on("given", "family"), block_on("postcode")):
        # too few records of this register may agree in it to learn from
        with suppress(EMTrainingException, ValueError):
            linker.training.estimate_parameters_using_expectation_maximisation(
                rule,
                estimate_without_term_frequencies=True,
                max_pairs=TAUGHT,
                record_sample_proportion=min(1.0, TRIED / count),
            )
    return linker.inference.predict(threshold_match_weight=LEAST_WEIGHT)


def _turned(word: str) -> str:
    return f"l.given_sound = r.family_sound and l.family_sound = r.given_sound and l.{word} = r.{word}"


@contextmanager
def _on_duckdb(lines: Iterable[Line]) -> Iterator[tuple[Any, int, Any]]:
    """Give the lines to a DuckDB of our own: how Splink knows them, how many there are, how pairs are read."""
    try:
        import duckdb
        import pyarrow
        from splink.backends.duckdb import DuckDBAPI
    except ImportError:
        raise NotInstalled(SPLINK_MISSING) from None
    words = pyarrow.schema([(name, pyarrow.string()) for name in Line._fields]).set(
        0, pyarrow.field("id", pyarrow.int64())
    )
    batches = [
        pyarrow.RecordBatch.from_arrays(
            [*map(pyarrow.array, zip(*part, strict=True), words.types)], schema=words
        )
        for part in _parts(lines)
    ]
    table = pyarrow.Table.from_batches(batches)
    with private_folder() as folder:
        settings = {
            "memory_limit": MEMORY,
            "temp_directory": str(folder),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,  # nothing is fetched
        }
        with duckdb.connect(config=settings) as connection:
            yield DuckDBAPI(connection).register(table), len(table), partial(_read_duckdb, connection)


def _read_duckdb(connection: Any, found: Any) -> Iterator[Pair]:
    asked = f"SELECT id_l, id_r, match_weight FROM {found.physical_name} ORDER BY id_l, id_r"  # noqa: S608 (its own name)
    rows = connection.execute(asked)
    while part := rows.fetchmany(AT_ONCE):
        yield from (Pair(*row) for row in part)


@contextmanager
def _on_spark(lines: Iterable[Line]) -> Iterator[tuple[Any, int, Any]]:
    """Give the lines to a Spark session, as to DuckDB."""
    try:
        from pyspark.sql import SparkSession
        from splink.backends.spark import SparkAPI, similarity_jar_location
    except ImportError:
        raise NotInstalled("Spark is not installed: pip install pyspark, and Java") from None
    session = SparkSession.builder.config("spark.jars", similarity_jar_location()).getOrCreate()
    words = ", ".join(f"{name} {'long' if name == 'id' else 'string'}" for name in Line._fields)
    rows = [tuple(one) for one in lines]
    frame = session.createDataFrame(rows, words)
    # kept in memory: nothing is put on a disk
    yield (
        SparkAPI(spark_session=session, break_lineage_method="persist").register(frame),
        len(rows),
        _read_spark,
    )


def _read_spark(found: Any) -> Iterator[Pair]:
    rows = found.as_spark_dataframe().select("id_l", "id_r", "match_weight").orderBy("id_l", "id_r")
    return (Pair(*row) for row in rows.toLocalIterator())


def _parts(several: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(several)
    while part := list(islice(rest, AT_ONCE)):
        yield part
