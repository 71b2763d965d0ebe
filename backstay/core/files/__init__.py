"""Files that people hand us: received, scanned, kept durably, and handed out again.

    stored = files.store(chunks)             # or files.from_upload(request.FILES["file"])
    return files.serve(request, key=..., name=..., content_type=..., size=..., sha256=...)

Bytes lie in `settings.FILES_ROOT` under random keys; who may ask for a key is decided by whoever keeps the
row that names it. No function here touches the database. See docs/operate/files.md.
"""

from backstay.core.files.clamd import Clamd
from backstay.core.files.names import safe_name
from backstay.core.files.refusals import FileRefused, FileTooLarge, ScannerUnavailable, TooManyFiles
from backstay.core.files.scanning import Verdict, register_scanner
from backstay.core.files.serving import serve
from backstay.core.files.storage import (
    FileInfected,
    FileMissing,
    StoredFile,
    discard,
    open_stored,
    store,
    sweep_orphans,
)
from backstay.core.files.uploads import from_upload

__all__ = [
    "Clamd",
    "FileInfected",
    "FileMissing",
    "FileRefused",
    "FileTooLarge",
    "ScannerUnavailable",
    "StoredFile",
    "TooManyFiles",
    "Verdict",
    "discard",
    "from_upload",
    "open_stored",
    "register_scanner",
    "safe_name",
    "serve",
    "store",
    "sweep_orphans",
]
