"""Settings of the contract."""

import pytest

from schemas.environment import from_environment
from schemas.errors import ContractError
from schemas.settings import RegistrySettings, TopicSettings

SECRET = "s3cr3t-value"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    for name in ("URL", "BASIC_AUTH", "BEARER_TOKEN", "CA", "CLIENT_CERTIFICATE", "CLIENT_KEY", "TIMEOUT"):
        monkeypatch.delenv(f"SCHEMA_REGISTRY_{name}", raising=False)


def test_topic_names_come_from_the_environment(monkeypatch):
    """Each topic is renamed by its variable, and its subject follows."""
    monkeypatch.setenv("TRANSACTIONS_TOPIC", "payments")
    monkeypatch.setenv("DEAD_LETTER_TOPIC", "payments.dead")
    topics = from_environment(TopicSettings)
    assert topics.subject_of("transactions") == "payments-value"
    assert topics.name_of("dead-letter") == "payments.dead"
    assert topics.name_of("legit") == "streaming.transactions.legit"


def test_empty_variable_counts_as_unset(monkeypatch):
    """Compose files pass unset variables on as empty ones."""
    monkeypatch.setenv("SCHEMA_REGISTRY_BASIC_AUTH", "")
    monkeypatch.setenv("LEGIT_TOPIC", "")
    assert from_environment(RegistrySettings).basic_auth is None
    assert from_environment(TopicSettings).legit == "streaming.transactions.legit"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        pytest.param({"URL": "not an address"}, "SCHEMA_REGISTRY_URL Input should be a valid URL", id="no address"),
        pytest.param({"URL": "localhost:8081"}, "SCHEMA_REGISTRY_URL", id="no scheme"),
        pytest.param({"URL": f"http://u:{SECRET}@host"}, "give them as SCHEMA_REGISTRY_BASIC_AUTH", id="user in URL"),
        pytest.param({"URL": "http://host?a=b"}, "holds a query", id="query in URL"),
        pytest.param({"BASIC_AUTH": SECRET}, "SCHEMA_REGISTRY_BASIC_AUTH has no colon", id="no colon"),
        pytest.param({"BASIC_AUTH": f"u:{SECRET}", "BEARER_TOKEN": SECRET}, "exclude each other", id="two ways in"),
        pytest.param({"BEARER_TOKEN": f"{SECRET}\u20ac"}, "SCHEMA_REGISTRY_BEARER_TOKEN holds", id="not ASCII"),
        pytest.param({"BEARER_TOKEN": f"a\n{SECRET}"}, "SCHEMA_REGISTRY_BEARER_TOKEN holds", id="line end in token"),
        pytest.param({"CA": "gone.pem"}, "SCHEMA_REGISTRY_CA gone.pem is no file", id="no CA"),
        pytest.param({"TIMEOUT": "0"}, "SCHEMA_REGISTRY_TIMEOUT Input should be greater than 0", id="timeout"),
        pytest.param({"TIMEOUT": "soon"}, "SCHEMA_REGISTRY_TIMEOUT", id="no number"),
    ],
)
def test_wrong_variable_is_one_line_without_its_value(monkeypatch, variables, said):
    """The message names the variable and the mend, stays on one line, and shows no secret."""
    for name, value in variables.items():
        monkeypatch.setenv(f"SCHEMA_REGISTRY_{name}", value)
    with pytest.raises(ContractError) as raised:
        from_environment(RegistrySettings)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)
    assert SECRET not in str(raised.value)


def test_token_read_from_a_file_loses_its_line_end(monkeypatch):
    """`$(cat token)` is not the only way a token comes into the environment."""
    monkeypatch.setenv("SCHEMA_REGISTRY_BEARER_TOKEN", f"{SECRET}\n")
    assert from_environment(RegistrySettings).bearer_token.get_secret_value() == SECRET


def test_certificate_without_key_is_refused(monkeypatch, tmp_path):
    """Certificate and key belong together."""
    (tmp_path / "c.pem").write_text("x")
    monkeypatch.setenv("SCHEMA_REGISTRY_CLIENT_CERTIFICATE", str(tmp_path / "c.pem"))
    with pytest.raises(ContractError, match="belong together"):
        from_environment(RegistrySettings)


def test_secrets_are_masked_wherever_settings_are_shown():
    """Neither repr, str nor a dump shows a secret."""
    for settings in (
        RegistrySettings(basic_auth=f"user:{SECRET}"),
        RegistrySettings(bearer_token=SECRET),
    ):
        assert SECRET not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
