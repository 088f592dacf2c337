"""A folder of contracts, made by a test."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from schemas.fingerprints import FILE, compute_fingerprints, write_form

AMOUNT = {"name": "amount", "type": "long", "doc": "Amount in minor units."}
NOTE = {"name": "note", "type": "string", "default": "", "doc": "Free text."}
CHANNEL = {"name": "channel", "type": "string", "default": "", "doc": "How the payment came in."}


def record(name: str, *fields: Mapping[str, object]) -> str:
    """The text of a record of namespace `fraud`."""
    return json.dumps({"type": "record", "name": name, "namespace": "fraud", "fields": list(fields)}, indent=1)


def write_contracts(folder: Path, manifest: str, releases: Mapping[str, Sequence[str]]) -> Path:
    """Write manifest, released texts with their fingerprints, and the newest ones as current texts."""
    for name, texts in releases.items():
        (folder / "released" / name).mkdir(parents=True)
        for version, text in enumerate(texts, 1):
            (folder / "released" / name / f"{version}.avsc").write_text(text)
        (folder / f"{name}.avsc").write_text(texts[-1])
    (folder / "manifest.yaml").write_text(manifest)
    (folder / FILE).write_text(write_form(compute_fingerprints(folder)))
    return folder
