"""Basic auth, bearer token, certificate authority and client certificate, against a real HTTPS server."""

import httpx
import pytest
from confluent_kafka.schema_registry import Schema

from schemas.errors import ContractError, RegistryRefusedError, RegistryUnreachableError
from schemas.registry.client import RegistryClient
from schemas.registry.confluent import schema_registry_client
from schemas.registry.registered import SchemaText
from schemas.settings import RegistrySettings
from tests.schemas.certificates import Authority
from tests.schemas.contract_folder import AMOUNT, record
from tests.schemas.guarded_registry import GuardedRegistry

TEXT = record("T", AMOUNT)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """Signs servers and clients."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """An authority that nobody trusts."""
    return Authority(tmp_path_factory.mktemp("stranger"), "stranger")


@pytest.fixture(scope="module")
def guarded(authority):
    """A registry behind HTTPS and a login."""
    with GuardedRegistry(authority.issue("server")) as server:
        yield server


@pytest.fixture(scope="module")
def mutual(authority):
    """A registry that wants a client certificate as well."""
    with GuardedRegistry(authority.issue("mutual"), clients=authority) as server:
        yield server


WAYS_IN = [
    pytest.param({"basic_auth": "alice:pass:word"}, id="basic auth, colon in the password"),
    pytest.param({"bearer_token": "t0ken"}, id="bearer token"),
]


@pytest.mark.parametrize("way", WAYS_IN)
def test_raw_client_is_let_in(guarded, authority, way):
    """The raw client shows user or token over TLS checked against the given authority."""
    with RegistryClient(RegistrySettings(url=guarded.url, ca=authority.certificate, **way)) as client:
        assert client.register("raw-value", SchemaText(TEXT)) == client.version("raw-value", 1).schema_id


@pytest.mark.parametrize("way", WAYS_IN)
def test_client_of_the_serdes_is_let_in(guarded, authority, way):
    """Confluent's client shows the same."""
    with schema_registry_client(RegistrySettings(url=guarded.url, ca=authority.certificate, **way)) as client:
        assert client.register_schema("serdes-value", Schema(TEXT, "AVRO")) > 0


def test_client_certificate_is_shown(mutual, authority):
    """Both clients show the client certificate to a server that asks for one."""
    own = authority.issue("client")
    settings = RegistrySettings(
        url=mutual.url,
        ca=authority.certificate,
        client_certificate=own.certificate,
        client_key=own.key,
        bearer_token="t0ken",
    )
    with RegistryClient(settings) as raw, schema_registry_client(settings) as serdes:
        raw.register("mutual-value", SchemaText(TEXT))
        assert serdes.get_subjects() == ["mutual-value"]


def test_missing_client_certificate_is_one_line(mutual, authority):
    """A server that wants a certificate and gets none is named, not shown as a traceback of TLS."""
    settings = RegistrySettings(url=mutual.url, ca=authority.certificate, bearer_token="t0ken")
    with RegistryClient(settings) as client, pytest.raises(RegistryUnreachableError) as raised:
        client.capabilities()
    assert mutual.url in str(raised.value)
    assert "\n" not in str(raised.value)
    with schema_registry_client(settings) as serdes, pytest.raises(httpx.TransportError):
        serdes.get_subjects()


def test_server_of_another_authority_is_not_believed(guarded, stranger):
    """A certificate that the given authority did not sign ends the call, and the message says which setting."""
    settings = RegistrySettings(url=guarded.url, ca=stranger.certificate, bearer_token="t0ken")
    with RegistryClient(settings) as client, pytest.raises(RegistryRefusedError, match="SCHEMA_REGISTRY_CA"):
        client.capabilities()
    with schema_registry_client(settings) as serdes, pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY"):
        serdes.get_subjects()


@pytest.mark.parametrize(
    ("way", "said"),
    [
        pytest.param({}, "SCHEMA_REGISTRY_BASIC_AUTH or SCHEMA_REGISTRY_BEARER_TOKEN", id="nothing shown"),
        pytest.param({"basic_auth": "alice:wr0ng"}, "not allowed", id="wrong password"),
        pytest.param({"bearer_token": "wr0ng"}, "not allowed", id="wrong token"),
    ],
)
def test_refused_authorization_shows_the_next_step_and_no_secret(guarded, authority, way, said):
    """Whoever is refused learns what to set; the secret stays out of the message."""
    with (
        RegistryClient(RegistrySettings(url=guarded.url, ca=authority.certificate, **way)) as client,
        pytest.raises(RegistryRefusedError, match=said) as raised,
    ):
        client.ready()
    assert "wr0ng" not in f"{raised.value} {raised.value!r} {client!r} {vars(client)}"


def test_plain_http_on_a_tls_port_is_one_line(guarded):
    """The wrong scheme is told with the address."""
    settings = RegistrySettings(url=guarded.url.replace("https", "http"))
    with RegistryClient(settings) as client, pytest.raises(RegistryUnreachableError) as raised:
        client.capabilities()
    assert "http:" in str(raised.value)


@pytest.mark.parametrize("build", [RegistryClient, schema_registry_client])
def test_file_that_is_no_certificate_is_named(tmp_path, authority, build):
    """A file without a certificate, or a key of another certificate, is told by variable and path."""
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(ContractError, match="SCHEMA_REGISTRY_CA"):
        build(RegistrySettings(url="https://127.0.0.1:1", ca=tmp_path / "empty.pem"))
    one, other = authority.issue("one"), authority.issue("other")
    with pytest.raises(ContractError, match="SCHEMA_REGISTRY_CLIENT_CERTIFICATE"):
        build(RegistrySettings(url="https://127.0.0.1:1", client_certificate=one.certificate, client_key=other.key))
