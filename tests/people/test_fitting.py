"""The file of weights is made by one command, and is the same each time it is made."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import yaml

PROJECT = Path(__file__).parents[2]


def made(tmp_path, hash_seed):
    """Return the file that the command makes of few people, with sets and mappings in another order each time."""
    out = tmp_path / f"{hash_seed}.yaml"
    asked = ["--people", "300", "--queries", "60", "--sizes", "200", "400", "--out", str(out)]
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-m", "bench.matching.fit", *asked]
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, capture_output=True)
    return out.read_bytes()


def test_the_weights_are_the_same_byte_for_byte_each_time_they_are_made(tmp_path):
    one, other = (made(tmp_path, seed) for seed in ("1", "20261130"))
    assert hashlib.sha256(one).hexdigest() == hashlib.sha256(other).hexdigest()
    said = yaml.safe_load(one)
    assert len(said["likely_from"]) == 2
    assert said["levels"]
    assert said["together"]
