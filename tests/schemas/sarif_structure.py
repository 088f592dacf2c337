"""The part of the SARIF 2.1.0 standard that a static-analysis result uses, as JSON Schema.

Written from the standard (OASIS, sections 3.13 to 3.58); closed against other properties, so that a misspelt one fails.
"""

_TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_POSITIVE = {"type": "integer", "minimum": 1}


def _object(required: list[str], **properties: object) -> dict:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


_REGION = _object(["startLine"], startLine=_POSITIVE, startColumn=_POSITIVE, endLine=_POSITIVE, endColumn=_POSITIVE)
_LOCATION = _object(
    [],
    physicalLocation=_object(
        ["artifactLocation"],
        artifactLocation=_object(["uri"], uri={"type": "string", "pattern": r"^[^\s\\]+$"}),
        region=_REGION,
    ),
    logicalLocations={
        "type": "array",
        "items": _object(["fullyQualifiedName"], fullyQualifiedName={"type": "string", "minLength": 1}),
    },
)
_RULE = _object(
    ["id"], id={"type": "string"}, shortDescription=_TEXT, help=_TEXT, defaultConfiguration=_object([], level=_LEVEL)
)
_RESULT = _object(
    ["message"],
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": 0},
    level=_LEVEL,
    message=_TEXT,
    locations={"type": "array", "items": _LOCATION},
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    suppressions={
        "type": "array",
        "items": _object(
            ["kind"], kind={"enum": ["inSource", "external"]}, justification={"type": "string", "minLength": 1}
        ),
    },
)
_DRIVER = _object(["name"], name={"type": "string"}, rules={"type": "array", "items": _RULE, "uniqueItems": True})

SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": _object(
                ["tool"],
                tool=_object(["driver"], driver=_DRIVER),
                columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                results={"type": "array", "items": _RESULT},
            ),
        },
    },
    "additionalProperties": False,
}
