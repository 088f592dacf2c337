"""Registries that speak Confluent's REST API, and which one answers."""

import os
from enum import StrEnum

import httpx


class Flavour(StrEnum):
    """A registry whose answers are known, with the version they were measured on."""

    C8 = "Confluent 8"
    C7 = "Confluent 7"
    A30 = "Apicurio 3.0"
    A3 = "Apicurio 3.3"
    K6 = "Karapace 6"


ALL = tuple(Flavour)


def flavour_of(url: str) -> Flavour:
    """The flavour of a running registry; REGISTRY_FLAVOUR (C8, C7, A30, A3 or K6) overrides the probe."""
    if named := os.environ.get("REGISTRY_FLAVOUR"):
        return Flavour[named]
    with httpx.Client(timeout=10) as http:
        confluent = http.get(f"{url}/v1/metadata/version")
        if confluent.status_code == 200 and confluent.content:
            return Flavour.C7 if confluent.json()["version"].startswith("7") else Flavour.C8
        if "karapace" in http.get(f"{url}/_health").text:
            return Flavour.K6
        apicurio = http.get(f"{url.partition('/apis/')[0]}/apis/registry/v3/system/info").json()
        return Flavour.A30 if apicurio["version"].startswith("3.0") else Flavour.A3
