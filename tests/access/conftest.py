"""The scene is told once for all questions of this folder that one process asks."""

import logging

import pytest
from django.db import connections

from tests import cluster, conftest
from tests.access import scene
from tests.access.asking import TRIED


@pytest.fixture(scope="package")
def told(django_db_setup, django_db_blocker):
    logging.disable(logging.WARNING)  # each refusal that is asked for here would be one
    with scene.asked(django_db_setup, django_db_blocker) as found:
        with cluster.administrator(conftest._server(), connections["default"].settings_dict["NAME"]) as admin:
            admin.execute(TRIED)
        yield found
    logging.disable(logging.NOTSET)
