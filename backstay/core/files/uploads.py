"""Django's upload handler of ours: a file goes straight to FILES_ROOT while it arrives, and is never copied.

It is hashed while it is received, brought to the disk and scanned when it is complete; `from_upload` then
only renames it. A refused file does not lose the rest of the form: the handler reads over it, and
`from_upload` says why, so that a page can show the form again with everything that was typed.
"""

from io import BytesIO
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

from backstay.core.files.refusals import FileRefused, TooManyFiles
from backstay.core.files.storage import Draft, StoredFile, store


class ArrivedFile(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs alone
    """One file of a form: readable while the request lasts, gone afterwards unless `from_upload` keeps it."""

    def __init__(self, upload: "_Upload", *, name: str, content_type: str) -> None:
        self.upload = upload
        super().__init__(upload.file, name=name, content_type=content_type, size=upload.received)

    @property
    def sha256(self) -> str:
        """Of what arrived, in hex; empty if it was refused."""
        return self.upload.draft.sha256 if self.upload.draft else ""

    def close(self) -> None:
        self.upload.drop()


class _Upload:
    """A draft, or the reason why there is none any more; what is refused is counted and thrown away."""

    def __init__(self, refusal: FileRefused | None) -> None:
        self.received = 0
        self.refusal = refusal
        self.draft = None if refusal else Draft()

    @property
    def file(self) -> BinaryIO:
        return self.draft.file if self.draft else BytesIO()

    def write(self, data: bytes) -> None:
        self.received += len(data)
        if self.draft:
            try:
                self.draft.write(data)
            except FileRefused as refusal:
                self._refuse(refusal)

    def finish(self) -> None:
        """Seal it here, where no transaction waits for disk and scanner."""
        if self.draft:
            try:
                self.draft.seal()
            except FileRefused as refusal:
                self._refuse(refusal)
        self.file.seek(0)

    def drop(self) -> None:
        if self.draft:
            self.draft.drop()

    def _refuse(self, refusal: FileRefused) -> None:
        self.drop()
        self.refusal, self.draft = refusal, None


class StoreUploads(FileUploadHandler):
    """Receives every file of a request, as many and as large as the settings allow.

    A request of more than UPLOAD_MAX_BYTES is refused before anything of it is read (RequestDataTooBig).
    """

    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._uploads: list[_Upload] = []

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ARG002  # Django's signature
        META: dict[str, Any],  # noqa: N803, ARG002  # as above
        content_length: int,
        boundary: Any,  # noqa: ARG002  # as above
        encoding: str | None = None,  # noqa: ARG002  # as above
    ) -> None:
        if content_length > settings.UPLOAD_MAX_BYTES:
            raise RequestDataTooBig(f"a request may have {settings.UPLOAD_MAX_BYTES} bytes")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        limit = settings.ATTACHMENTS_PER_MESSAGE
        refusal = TooManyFiles(limit) if len(self._uploads) >= limit else None
        self._uploads.append(_Upload(refusal))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002  # Django's signature
        self._uploads[-1].write(raw_data)

    def file_complete(self, file_size: int) -> ArrivedFile:  # noqa: ARG002  # as above
        upload = self._uploads[-1]
        upload.finish()
        content_type = (self.content_type or "").replace("\x00", "")
        return ArrivedFile(upload, name=self.file_name or "", content_type=content_type)

    def upload_interrupted(self) -> None:
        """A body that ends within a file is refused: left out, the file would be missed by nobody."""
        self.give_up()
        raise MultiPartParserError("the upload ended in the middle of a file")

    def give_up(self) -> None:
        for upload in self._uploads:
            upload.drop()


def from_upload(uploaded_file: "UploadedFile[Any]") -> StoredFile:
    """Keep a file of `request.FILES`. Raises FileRefused: too large, one too many, or not to be scanned."""
    if not isinstance(uploaded_file, ArrivedFile):
        return store(uploaded_file.chunks())
    upload = uploaded_file.upload
    if upload.refusal:
        raise upload.refusal
    return cast("Draft", upload.draft).keep()
