from tests.unit.server.conftest import api, application, sts

__all__ = ["api", "application", "sts"]
