"""An upload larger than anything that is taken is cut off while it comes in, so that it fills no disk."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from mash.common.asked_for import page_asked_for

LARGEST = 26 * 1024 * 1024  # bytes of a whole request: 25 MB of files, and the form around them
_larger: dict[str, int] = {}


def allow_larger(address: str, size: int) -> None:
    """Let more come in at an address, by its name: said once, when an app is made ready."""
    _larger[address] = size


class CutOff(FileUploadHandler):
    """Stands before the handlers that keep what is uploaded; says on the request when it was too much."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.seen = 0
        self.largest = LARGEST

    def handle_raw_input(self, *_: Any, **__: Any) -> None:
        """Look up how much may come in where it is sent to."""
        match = page_asked_for(self.request)  # type: ignore[arg-type]
        self.largest = _larger.get(match.view_name, LARGEST) if match else LARGEST

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002
        """Pass a piece on while the sum is small enough."""
        self.seen += len(raw_data)
        if self.seen > self.largest:
            self.request.too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that keep it."""
