"""The references of a release, written into the manifest with its comments kept."""

import io
from collections.abc import Sequence

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from schemas.manifest import ReferencedRecord

WIDTH = 120


def with_references(manifest: str, record: str, version: int, references: Sequence[ReferencedRecord]) -> str:
    """The manifest's text with the references of a new release at every contract of the record."""
    if not references:
        return manifest
    yaml = YAML()
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(manifest)
    for entry in document["contracts"]:
        if entry["record"] == record:
            entry["references"][version] = _entry(references)
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()


def _entry(references: Sequence[ReferencedRecord]) -> CommentedMap:
    entry = CommentedMap()
    for reference in references:
        target = CommentedMap(contract=reference.contract, version=reference.version)
        target.fa.set_flow_style()
        entry[reference.record] = target
    entry.fa.set_flow_style()
    return entry
