"""A hub's own boundaries, and which postcode lies in which area: taken in whole, and the newest counts."""

from typing import ClassVar

from django.db import models

from mash.partnership.models import Staff
from mash.people.models import InHub


class AreaMap(InHub):
    """One set of boundaries as it was taken in.  source: where it comes from, in words; by: None for a command."""

    name = models.CharField(max_length=120)
    source = models.CharField(max_length=240)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "-at"], name="harm_newest_map")]

    def __str__(self) -> str:
        return self.name


class Area(InHub):
    """One area.  shape: a Polygon or MultiPolygon of GeoJSON.  children: how many live there, where that is said."""

    map = models.ForeignKey(AreaMap, on_delete=models.PROTECT, related_name="areas")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    children = models.PositiveIntegerField(null=True)
    shape = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["map", "code"], name="harm_area_once_a_code"),
            models.UniqueConstraint(fields=["map", "name"], name="harm_area_once_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Postcodes(InHub):
    """One table of postcodes as it was taken in.  rows: how many; by: None for a command."""

    source = models.CharField(max_length=240)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "postcodes"
        indexes: ClassVar = [models.Index(fields=["hub", "-at"], name="harm_newest_postcodes")]


class PostcodeArea(InHub):
    """In which area a postcode lies.  postcode: in capitals, without spaces."""

    postcodes = models.ForeignKey(Postcodes, on_delete=models.PROTECT, related_name="areas")
    postcode = models.CharField(max_length=8)
    code = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["postcodes", "postcode"], name="harm_postcode_once")
        ]
