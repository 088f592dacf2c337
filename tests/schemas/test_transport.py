"""Foreign failures and answers become this package's errors."""

import inspect

import httpx
import pytest

from schemas.errors import IncompatibleSchemaError, RegistryError, RegistryRefusedError, RegistryUnreachableError
from schemas.fate import Fate
from schemas.registry.transport import Answer, failure, refusal

FOREIGN = sorted(
    (
        kind
        for _, kind in inspect.getmembers(httpx, inspect.isclass)
        if issubclass(kind, (httpx.HTTPError, httpx.InvalidURL)) and kind is not httpx.HTTPStatusError
    ),
    key=lambda kind: kind.__name__,
)


@pytest.mark.parametrize("kind", FOREIGN, ids=lambda kind: kind.__name__)
def test_every_foreign_exception_is_mapped(kind):
    """No exception of the HTTP library is without an error of ours, and the message is one line with the address."""
    error = failure(kind("why"), "http://registry")
    assert isinstance(error, RegistryError)
    assert "http://registry" in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize("kind", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.PoolTimeout])
def test_absence_is_worth_a_retry(kind):
    """What passes by itself is retried, never a dead letter."""
    error = failure(kind("why"), "http://registry")
    assert isinstance(error, RegistryUnreachableError)
    assert error.fate is Fate.RETRY


def test_exception_that_shows_a_header_is_not_quoted():
    """HTTP's complaint about a header value holds the value; it may be a secret."""
    error = failure(httpx.LocalProtocolError("Illegal header value b'Bearer s3cr3t'"), "http://registry")
    assert "s3cr3t" not in str(error)


def test_exception_of_somebody_else_passes():
    """An exception that is not the HTTP library's is not hidden."""
    with pytest.raises(ZeroDivisionError):
        failure(ZeroDivisionError(), "http://registry")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        pytest.param(409, 40901, IncompatibleSchemaError, id="Confluent 8 incompatible"),
        pytest.param(409, 409, IncompatibleSchemaError, id="Confluent 7, Karapace and Apicurio incompatible"),
        pytest.param(409, None, IncompatibleSchemaError, id="409 without a code"),
        pytest.param(409, 40902, RegistryRefusedError, id="association"),
        pytest.param(409, 40908, RegistryRefusedError, id="association, last"),
        pytest.param(409, 0, RegistryUnreachableError, id="Apicurio, two writes at once"),
        pytest.param(401, 40101, RegistryRefusedError, id="unauthorized"),
        pytest.param(403, 40301, RegistryRefusedError, id="forbidden"),
        pytest.param(404, 40403, RegistryRefusedError, id="not found"),
        pytest.param(422, 42205, RegistryRefusedError, id="mode"),
        pytest.param(500, 50002, RegistryUnreachableError, id="store timed out"),
        pytest.param(502, None, RegistryUnreachableError, id="bad gateway"),
        pytest.param(429, None, RegistryUnreachableError, id="too many"),
        pytest.param(408, None, RegistryUnreachableError, id="timeout"),
    ],
)
def test_status_decides_and_the_code_only_refines(status, code, kind):
    """Incompatibility is told by status 409, whatever the code, associations aside."""
    body = {"message": "two\nlines"} | ({} if code is None else {"error_code": code})
    error = refusal(Answer(status, body), "POST http://registry/subjects", "t-value")
    assert type(error) is kind
    assert (error.subject, error.status) == ("t-value", status)
    assert "\n" not in str(error)


@pytest.mark.parametrize(("method", "kind"), [("PUT", RegistryUnreachableError), ("DELETE", RegistryRefusedError)])
def test_conflict_without_a_schema_is_no_incompatibility(method, kind):
    """409 to a level or a deletion is no verdict on a schema."""
    error = refusal(Answer(409, {"error_code": 40407, "message": "why"}), f"{method} http://registry/config/t", "t")
    assert type(error) is kind


def test_refused_authorization_names_the_next_step():
    """Somebody without credentials learns which variable to set."""
    error = refusal(Answer(401, {"message": "Unauthorized"}), "GET http://registry/config", None)
    assert "SCHEMA_REGISTRY_BASIC_AUTH" in str(error)
