"""`mash import areas` and `mash import postcodes`: taken in whole, tried without keeping, refused in words."""

import json

import pytest
from django.core.management import CommandError, call_command

from mash.harm.models import Area, AreaMap, PostcodeArea
from tests.factories.harm import square
from tests.factories.partnership import HubFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"


@pytest.fixture
def files(tmp_path):
    areas, table = tmp_path / "wards.geojson", tmp_path / "postcodes.csv"
    one = {"type": "Feature", "properties": {"code": "W1", "name": "Lock"}, "geometry": square(0, 51)}
    areas.write_text(json.dumps({"type": "FeatureCollection", "features": [one]}))
    table.write_text("postcode,code\nNF1 1AA,W1\n")
    return areas, table


def test_a_command_takes_a_map_and_its_postcodes_in(files, capsys):
    hub, (areas, table) = HubFactory(), files
    call_command("import", "areas", str(areas), "--hub", hub.name, "--source", "Made up", "--dry-run")
    assert "dry run: nothing kept" in capsys.readouterr().out
    assert not AreaMap.objects.using(B).exists()
    for _ in range(2):
        call_command("import", "areas", str(areas), "--hub", hub.name, "--source", "Made up")
        call_command("import", "postcodes", str(table), "--hub", hub.name, "--source", "Made up")
    assert f"{hub.name}: 1 postcodes" in capsys.readouterr().out
    assert Area.objects.using(B).count() == PostcodeArea.objects.using(B).count() == 1


def test_what_does_not_do_is_said_and_nothing_is_kept(files, tmp_path):
    hub, (areas, table) = HubFactory(), files
    for given, why in [
        (("postcodes", str(table), "--hub", hub.name), "Take in the boundaries first"),
        (("areas", str(areas), "--hub", "Nowhere"), "There is no hub named Nowhere"),
        (("areas", str(tmp_path / "none"), "--hub", hub.name), "No such file"),
        (("areas", str(table), "--hub", hub.name), "no GeoJSON"),
    ]:
        with pytest.raises(CommandError) as refused:
            call_command("import", *given, "--source", "Made up")
        assert why in str(refused.value)
    with pytest.raises(CommandError) as refused:
        call_command("import", "areas", str(areas), "--hub", hub.name, "--source", " ")
    assert "Say where it is from" in str(refused.value)
    assert not AreaMap.objects.using(B).exists()
