"""What several tests of the operations share."""

import importlib.util
import os

import pytest


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The folder of counts; the library asks for it once in a process."""
    if importlib.util.find_spec("prometheus_client") is None:
        assert not os.environ.get("CI"), "prometheus-client is in requirements.txt: install it"
        pytest.skip("NO prometheus-client: install what requirements.txt names")
    return tmp_path_factory.mktemp("counts")


@pytest.fixture
def counting(settings, folder):
    settings.MASH_METRICS_FOLDER = str(folder)
    return folder
