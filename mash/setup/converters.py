"""What stands in the addresses of the set-up."""

from datetime import date

from django.urls.converters import StringConverter


class ColourConverter(StringConverter):
    """Six hexadecimal digits in lower case."""

    regex = "[0-9a-f]{6}"


class DayConverter:
    """A day, as 2026-12-11."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Read a day.  Raises ValueError for one that there is not: the address is then absent."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """Write a day."""
        return str(value)


class DigestConverter(StringConverter):
    """A SHA-256 in hexadecimal."""

    regex = "[0-9a-f]{64}"
