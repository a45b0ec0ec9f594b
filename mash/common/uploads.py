"""An upload larger than anything that is taken is cut off while it comes in, so that it fills no disk."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

LARGEST = 26 * 1024 * 1024  # bytes of a whole request: 25 MB of files, and the form around them


class CutOff(FileUploadHandler):
    """Stands before the handlers that keep what is uploaded; says on the request when it was too much."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002
        """Pass a piece on while the sum is small enough."""
        self.seen += len(raw_data)
        if self.seen > LARGEST:
            self.request.too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that keep it."""
