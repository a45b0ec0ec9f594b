"""What the product logs is one JSON line each, on the standard error, and quotes nothing that stood in a variable."""

import json
import subprocess
import sys

import pytest

LOGS = """
import logging
import django
import structlog
django.setup()
words = "She stays with her aunt"
try:
    {} / 0
except ZeroDivisionError:
    {}
"""
HOW = {
    "structlog": 'structlog.stdlib.get_logger("mash.some").exception("it broke", page="/triage/")',
    "the standard library": 'logging.getLogger("mash.some").exception("it broke")',
}


@pytest.mark.parametrize("how", list(HOW))
def test_a_failure_is_one_line_with_its_place_and_no_words_of_anybody(how):
    ran = subprocess.run(
        [sys.executable, "-c", LOGS.format("len(words)", HOW[how])],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == ""
    (line,) = ran.stderr.splitlines()
    said = json.loads(line)
    assert (said["event"], said["level"], said["logger"]) == ("it broke", "error", "mash.some")
    assert said["timestamp"].endswith("Z")
    assert "ZeroDivisionError" in said["exception"]
    assert "her aunt" not in line


def test_what_is_below_the_level_of_its_logger_is_not_logged():
    quiet = 'structlog.stdlib.get_logger("other").info("it went well")'
    ran = subprocess.run(
        [sys.executable, "-c", LOGS.format("1", quiet)], capture_output=True, text=True, check=True
    )
    assert (ran.stdout, ran.stderr) == ("", "")
