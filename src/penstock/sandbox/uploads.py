"""Uploads in parts: what moto forgets of them between their beginning and their end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from penstock.iam.s3_requests import S3Call
from penstock.sandbox import records
from penstock.sandbox.faults import Fault
from penstock.sandbox.records import ListedObject

_LOCKS: Final = {
    "x-amz-object-lock-mode": "lock_mode",
    "x-amz-object-lock-retain-until-date": "lock_until",
    "x-amz-object-lock-legal-hold": "lock_legal_status",
}
_NEEDING: Final = frozenset(
    {
        "UploadPart",
        "UploadPartCopy",
        "AbortMultipartUpload",
        "ListParts",
        "CompleteMultipartUpload",
    }
)


@dataclass(frozen=True, slots=True)
class Note:
    """What an upload was begun with."""

    bucket: str
    key: str
    initiated: datetime
    headers: Mapping[str, str] = field(default_factory=dict)


class Uploads:
    """The uploads in progress."""

    def __init__(self) -> None:
        self._notes: dict[str, Note] = {}

    def begin(self, upload_id: str, call: S3Call, now: datetime) -> None:
        """Remember an upload that was begun by `call`."""
        self._notes[upload_id] = Note(call.bucket, call.key, now, dict(call.headers))

    def note(self, upload_id: str) -> Note | None:
        """What an upload was begun with; also after it is completed."""
        return self._notes.get(upload_id)

    def check(self, call: S3Call) -> None:
        """Nothing unless `call` is about an upload that is not there: then NoSuchUpload."""
        if call.name not in _NEEDING:
            return
        upload_id = call.query["uploadId"]
        note = self._notes.get(upload_id)
        known = note is not None and (note.bucket, note.key) == (call.bucket, call.key)
        if known and call.name == "CompleteMultipartUpload":
            return  # completing twice is answered twice
        if not known or not records.uploading(call.bucket, upload_id):
            raise Fault(
                "NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or the upload "
                "may have been aborted or completed.",
                404,
                extra={"UploadId": upload_id},
            )

    def complete(self, call: S3Call) -> None:
        """Give the object that `call` completed its locks: those asked for, or the bucket's."""
        note = self._notes.get(call.query["uploadId"])
        if note is None:
            return
        asked = {
            name: note.headers[header] for header, name in _LOCKS.items() if header in note.headers
        }
        records.amend(call.bucket, call.key, {**records.default_lock(call.bucket), **asked})

    def listed(self, bucket: str) -> list[ListedObject]:
        """The uploads in progress in a bucket, in the order of a listing."""
        found = [
            ListedObject(
                note.key,
                upload_id,
                note.initiated.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                storage_class=note.headers.get("x-amz-storage-class", "STANDARD"),
            )
            for upload_id, note in self._notes.items()
            if note.bucket == bucket and records.uploading(bucket, upload_id)
        ]
        return sorted(found, key=lambda each: (each.key, each.version_id))
