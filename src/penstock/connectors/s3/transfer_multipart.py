"""A multipart upload from its creation to its completion, or to its abortion."""

import logging
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from penstock.connectors.s3.transfer_checksums import (
    FULL_OBJECT_NAMES,
    MEMBERS,
    composite_etag,
)
from penstock.errors import ServiceFault

log = logging.getLogger(__name__)

_OF_ONE_REQUEST = MEMBERS | {"Body", "ContentMD5", "ContentLength", "ChecksumAlgorithm"}
"""Belong to the request that carries the bytes, never to another operation as they are."""


def accepted(client: Any, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Those of an object's parameters that `operation` takes as well.

    S3 names a parameter alike wherever it goes: server-side encryption with a customer's key to
    each part, ACL, tags, lock and metadata to CreateMultipartUpload, conditions to
    CompleteMultipartUpload, expected owner and request payer to all of them.
    """
    members = client.meta.service_model.operation_model(operation).input_shape.members
    return {
        name: value
        for name, value in params.items()
        if name in members and name not in _OF_ONE_REQUEST
    }


class Multipart:
    """A context: leaving it by an exception aborts the upload.

    `params` are PutObject's or CopyObject's. `algorithm` is the name of the checksum that parts
    carry; the whole's is one of the full object where S3 can make that.
    """

    def __init__(self, client: Any, params: Mapping[str, Any], algorithm: str | None) -> None:
        self._client = client
        self._params = params
        self._algorithm = algorithm
        self._created: Mapping[str, Any] = {}
        self._whole = f"s3://{params['Bucket']}/{params['Key']}"

    @property
    def upload_id(self) -> str:
        return str(self._created["UploadId"])

    @property
    def _checksum_type(self) -> str:
        return "FULL_OBJECT" if self._algorithm in FULL_OBJECT_NAMES else "COMPOSITE"

    def __enter__(self) -> "Multipart":
        params = accepted(self._client, "CreateMultipartUpload", self._params)
        if self._algorithm:
            params["ChecksumAlgorithm"] = self._algorithm
            params["ChecksumType"] = self._checksum_type
        self._created = self._client.create_multipart_upload(**params)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            self._abort(error)

    def part(self, operation: str, number: int) -> dict[str, Any]:
        """The parameters of one part, but for its bytes or its source."""
        return accepted(self._client, operation, self._params) | {
            "UploadId": self.upload_id,
            "PartNumber": number,
        }

    def completed_part(self, number: int, answer: Mapping[str, Any]) -> dict[str, Any]:
        """What CompleteMultipartUpload wants to know of a part that went up."""
        told = {name: answer[name] for name in MEMBERS & answer.keys()} if self._algorithm else {}
        return {"PartNumber": number, "ETag": answer["ETag"], **told}

    def complete(
        self, parts: Sequence[Mapping[str, Any]], size: int, checksum: str | None
    ) -> tuple[dict[str, Any], str | None]:
        """Make the object, of all parts: the answer in PutObject's shape, and what was verified.

        `checksum` is the full object's, if it is known; S3 compares it, and the size as well.

        Raises:
            ServiceFault: the service made something else of the parts.
        """
        params = accepted(self._client, "CompleteMultipartUpload", self._params) | {
            "UploadId": self.upload_id,
            "MultipartUpload": {"Parts": list(parts)},
            "MpuObjectSize": size,
        }
        if self._algorithm:
            params["ChecksumType"] = self._checksum_type
            if checksum is not None and self._checksum_type == "FULL_OBJECT":
                params[f"Checksum{self._algorithm}"] = checksum
        try:
            answer = self._client.complete_multipart_upload(**params)
        except ClientError as error:
            answer = self._made_before(error, parts)
        if not str(answer.get("ETag", "")).strip('"'):
            answer = {**answer, **self._etag()}
        verified = self._verify(answer, parts, checksum)
        shape = self._client.meta.service_model.operation_model("PutObject").output_shape
        both = {**self._created, **answer}
        wanted = [*shape.members, "ResponseMetadata"]
        return {name: both[name] for name in wanted if name in both}, verified

    def _made_before(
        self, error: ClientError, parts: Sequence[Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """The answer after all, if only the answer to an earlier try was lost.

        An upload that has become an object is no upload any more.
        """
        if error.response.get("Error", {}).get("Code") != "NoSuchUpload":
            raise error
        expected = composite_etag(part["ETag"] for part in parts)
        try:
            return self._head(IfMatch=f'"{expected}"')
        except ClientError:
            raise error from None

    def _etag(self) -> Mapping[str, Any]:
        """What some servers (Ceph RGW 16) leave out of their answer, if it may be read."""
        try:
            return {"ETag": self._head()["ETag"]}
        except ClientError:
            return {}

    def _head(self, **condition: str) -> Mapping[str, Any]:
        params = {name: value for name, value in self._params.items() if name[:2] != "If"}
        head = self._client.head_object(**accepted(self._client, "HeadObject", params), **condition)
        answer: Mapping[str, Any] = head
        return answer

    def _verify(
        self, answer: Mapping[str, Any], parts: Sequence[Mapping[str, Any]], checksum: str | None
    ) -> str | None:
        if checksum is not None and self._algorithm:
            told = answer.get(f"Checksum{self._algorithm}")
            if told is not None and told.partition("-")[0] == checksum:
                return self._algorithm
            if told is not None and self._checksum_type == "FULL_OBJECT":
                raise self._damaged(f"its {self._algorithm} checksum is another one")
        expected = composite_etag(part["ETag"] for part in parts)
        etag = str(answer.get("ETag", "")).strip('"')
        encrypted = answer.get("ServerSideEncryption") not in (None, "AES256")
        if not etag or expected is None or encrypted or self._params.get("SSECustomerAlgorithm"):
            return None
        if etag == expected:
            return "ETag"
        if etag.endswith(f"-{len(parts)}"):
            return None
        raise self._damaged(f"it was not made of the {len(parts)} parts that were sent")

    def _damaged(self, why: str) -> ServiceFault:
        return ServiceFault(
            f"{self._whole} is not what was sent: {why}",
            hint="Upload it again, and delete this object or version of it.",
            retryable=True,
        )

    def _abort(self, error: BaseException) -> None:
        params = accepted(self._client, "AbortMultipartUpload", self._params)
        try:
            self._client.abort_multipart_upload(**params, UploadId=self.upload_id)
        except (ClientError, BotoCoreError) as failure:
            code = "no answer"
            if isinstance(failure, ClientError):
                code = failure.response.get("Error", {}).get("Code", "unknown")
            if code == "NoSuchUpload":
                return
            error.add_note(
                f"The multipart upload {self.upload_id} of {self._whole} could not be aborted "
                f"({code}): its parts stay, and are charged for, until it is aborted or a "
                "lifecycle rule of the bucket does so."
            )
            log.warning("multipart upload of %s could not be aborted: %s", self._whole, code)
