"""Foreign failures of the registry's client, every one of them mapped."""

import inspect

import httpx
import pytest
from confluent_kafka.schema_registry.error import OAuthTokenError, SchemaRegistryError

from schemas.errors import RegistryError, RegistryRefusedError, RegistryUnreachableError
from schemas.fate import Fate
from schemas.serdes.foreign import FOREIGN, LATER, is_not_held, registry_error
from schemas.serdes.reading_client import reading_client
from schemas.settings import RegistrySettings

RAISED_BY_A_REQUEST = [
    kind
    for _, kind in inspect.getmembers(httpx, inspect.isclass)
    if issubclass(kind, (httpx.HTTPError, httpx.InvalidURL))
]


@pytest.mark.parametrize("kind", RAISED_BY_A_REQUEST, ids=lambda kind: kind.__name__)
def test_every_failure_of_the_http_client_is_mapped(kind):
    """Whatever httpx raises becomes an error of the package; what a network does to us is retried."""
    error = kind.__new__(kind)
    Exception.__init__(error, "broken")
    assert isinstance(error, FOREIGN)
    ours = registry_error(error, schema_id=3)
    assert ours.schema_id == 3
    network = issubclass(kind, httpx.TransportError) and kind is not httpx.UnsupportedProtocol
    assert ours.fate is (Fate.RETRY if network else Fate.STOP)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 408, 409, 422, 425, 429, 500, 502, 503, 504, 501])
def test_every_status_is_mapped(status):
    """Statuses that say "later" are retried, all others are not; status and code stay readable."""
    error = registry_error(SchemaRegistryError(status, 50002, "no"), subject="a-value")
    assert isinstance(error, RegistryUnreachableError if status in LATER else RegistryRefusedError)
    assert (error.status, error.error_code, error.subject) == (status, 50002, "a-value")


@pytest.mark.parametrize("error", [OAuthTokenError("no token"), ValueError("x"), KeyError("schema"), OSError("x")])
def test_other_failures_are_mapped(error):
    """A token that is not to be had, an answer without its field or without JSON, a socket's error."""
    if isinstance(error, FOREIGN):
        assert isinstance(registry_error(error), RegistryError)
    else:
        with pytest.raises(type(error)):
            registry_error(error)


@pytest.mark.parametrize(
    ("status", "code", "held"), [(404, 40403, False), (404, 40401, False), (404, 404, True), (404, -1, True)]
)
def test_only_the_registrys_own_404_says_not_held(status, code, held):
    """A proxy's 404 is no answer about a schema."""
    assert is_not_held(SchemaRegistryError(status, code, "no")) is not held


def test_reading_client_gives_up_soon():
    """The reader's client tries once and waits at most two seconds, so that a consumer keeps polling."""
    with reading_client(RegistrySettings(url="http://127.0.0.1:9", timeout=60)) as client:
        rest = client._rest_client
        assert rest.max_retries == 0
        assert rest.session.timeout == httpx.Timeout(2)
