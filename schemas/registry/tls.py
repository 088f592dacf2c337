"""TLS towards the registry."""

import ssl

from schemas.errors import ContractError
from schemas.settings import RegistrySettings


def tls_context(settings: RegistrySettings) -> ssl.SSLContext:
    """Checks the registry's certificate against the given authority (else the system's), shows our own if given.

    Raises:
        ContractError: a file holds no certificate, or certificate and key do not fit.
    """
    try:
        context = ssl.create_default_context(cafile=str(settings.ca) if settings.ca else None)
    except (ssl.SSLError, OSError) as error:
        raise ContractError(f"SCHEMA_REGISTRY_CA: {settings.ca} holds no certificate in PEM form.") from error
    if settings.client_certificate and settings.client_key:
        try:
            context.load_cert_chain(settings.client_certificate, settings.client_key, password=_no_password)
        except (ssl.SSLError, OSError, ValueError) as error:
            raise ContractError(
                f"SCHEMA_REGISTRY_CLIENT_CERTIFICATE: {settings.client_certificate} and {settings.client_key} are not "
                "a certificate and its key in PEM form, the key without a password."
            ) from error
    return context


def check_certificates(settings: RegistrySettings) -> None:
    """Read the certificate files once.

    Raises:
        ContractError: as `tls_context`.
    """
    if settings.ca or settings.client_certificate:
        tls_context(settings)


def _no_password() -> str:
    """OpenSSL would ask on the terminal and hang a service."""
    raise ValueError("the key has a password")
