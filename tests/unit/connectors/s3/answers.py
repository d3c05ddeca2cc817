"""A botocore client that never sends: each operation is answered by a function of the test."""

import io
from collections.abc import Callable, Mapping
from typing import Any

import botocore.session
from botocore.exceptions import ClientError

Answer = Callable[[dict[str, Any]], Mapping[str, Any]]


class AnsweredClient:
    """Parameters are checked against the service's own model.

    `asked` are the operations and their parameters, in order.
    """

    def __init__(self, **answers: Answer) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._answers = answers
        self._model: Any = botocore.session.Session().get_service_model("s3")

    @property
    def meta(self) -> Any:
        return self

    @property
    def service_model(self) -> Any:
        return self._model

    @property
    def endpoint_url(self) -> str:
        return "https://s3.eu-central-1.amazonaws.com"

    def __getattr__(self, name: str) -> Callable[..., Mapping[str, Any]]:
        operation = "".join(word.capitalize() for word in name.split("_"))

        def call(**params: Any) -> Mapping[str, Any]:
            unknown = params.keys() - self._model.operation_model(operation).input_shape.members
            assert not unknown, f"{operation} takes no {unknown}"
            body = params.get("Body")
            if body is not None and not isinstance(body, bytes):
                params["Body"] = body.read()
            self.asked.append((operation, params))
            if operation not in self._answers:
                raise AssertionError(f"{operation} was not expected")
            return self._answers[operation](params)

        return call

    def params(self, operation: str) -> list[dict[str, Any]]:
        """Those of each call of the operation."""
        return [params for name, params in self.asked if name == operation]


def refusal(code: str, status: int = 400, message: str = "") -> ClientError:
    """S3's answer with an error code."""
    answer: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "Operation")


class Body(io.BytesIO):
    """A response's stream; it breaks once after `breaks_after` bytes."""

    def __init__(self, data: bytes, breaks_after: int | None = None) -> None:
        super().__init__(data)
        self._breaks_after = breaks_after

    def read(self, size: int | None = -1, /) -> bytes:
        if self._breaks_after is None:
            return super().read(size)
        if self.tell() >= self._breaks_after:
            raise ConnectionResetError("reset by peer")
        left = self._breaks_after - self.tell()
        return super().read(left if size is None or size < 0 else min(size, left))
