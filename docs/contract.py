"""The page of the contract, written from the manifest and the released texts."""

from collections.abc import Iterator
from typing import Any

from schemas.checking.differences import differences, type_name
from schemas.evolution.loader import load
from schemas.evolution.places import places
from schemas.golden.replay import pinned_release
from schemas.manifest import Contract, load_manifest
from schemas.settings import TopicSettings

HEADER = """# The contract

Written by `make docs` from `schemas/contracts`. A topic carries one record; its value is framed as Confluent's clients
frame it (magic byte 0, schema id, Avro), and its subject is the topic's name with `-value`. How to change a schema
stands in [evolution.md](evolution.md).
"""

LEVELS = {
    "FULL": "old readers read new records and new readers old ones",
    "BACKWARD": "new readers read old records",
    "FORWARD": "old readers read new records",
    "NONE": "nothing is promised",
}


def contract_page() -> str:
    """Text of `docs/contract.md`."""
    contracts = load_manifest()
    records = {contract.record: contract for contract in contracts}
    sections = [HEADER, *_topics(contracts)]
    for contract in records.values():
        sections += _record(contract, contracts)
    return "\n".join(sections)


def _topics(contracts: tuple[Contract, ...]) -> Iterator[str]:
    topics = TopicSettings.model_construct()
    yield "## Topics\n"
    yield "| topic | setting | record | level | written by | read by |\n|---|---|---|---|---|---|"
    for contract in contracts:
        variable = f"{contract.topic.replace('-', '_').upper()}_TOPIC"
        yield (
            f"| `{topics.name_of(contract.topic)}` | `{variable}` | "
            f"[{contract.record}](#{contract.record.replace('.', '').lower()}) | {contract.compatibility} | "
            f"{_services(contract.writers)} | {_services(contract.readers)} |"
        )
    yield ""
    for level in sorted({contract.compatibility for contract in contracts}):
        scope = "all versions" if level.endswith("_TRANSITIVE") else "the newest version"
        yield f"{level}: {LEVELS[level.removesuffix('_TRANSITIVE')]}, compared with {scope}.\n"


def _services(services: Any) -> str:
    return ", ".join(f"{name} (version {version})" for name, version in services.items()) or "nobody in this project"


def _record(contract: Contract, contracts: tuple[Contract, ...]) -> Iterator[str]:
    newest = pinned_release(contracts, contract.topic, len(contract.releases))
    schema = load(newest.schema)
    yield f"## {contract.record}\n\n{schema.root.doc}\n"
    yield "| field | type | default | meaning |\n|---|---|---|---|"
    for place in places(schema):
        if place.field is None or place.field.type is not place.type:
            continue
        default = f"`{_json(place.field.default)}`" if place.field.has_default else ""
        name = place.path.partition(".")[2]
        yield f"| `{name}` | {_escaped(type_name(place.type))} | {default} | {_escaped(place.field.doc)} |"
    yield ""
    yield from _versions(contract)


def _versions(contract: Contract) -> Iterator[str]:
    yield "| version | what is different | SHA-256 |\n|---|---|---|"
    before = None
    for release in contract.releases:
        now = load(release.text)
        told = [f"{change.change} `{change.path}`" for change in differences(before, now)]
        refers = [f"refers to {one.record} {one.version}" for one in release.references]
        what = "; ".join([*told, *refers]) or "first release"
        yield f"| {release.version} | {what} | `{release.fingerprint[:12]}…` |"
        before = now
    yield ""


def _json(value: Any) -> str:
    return "null" if value is None else f'"{value}"' if isinstance(value, str) else str(value)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
