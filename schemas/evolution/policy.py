"""What a house decides for itself: words that count as unknown, as permissive, as personal."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_UNKNOWN: Final = frozenset(
    {
        "UNKNOWN",
        "UNSPECIFIED",
        "UNDEFINED",
        "UNRECOGNIZED",
        "UNRECOGNISED",
        "UNSET",
        "NOT_SET",
        "MISSING",
        "OTHER",
    }
)
_PERMISSIVE: Final = frozenset(
    {
        "ACCEPT",
        "ACCEPTED",
        "ALLOW",
        "ALLOWED",
        "APPROVE",
        "APPROVED",
        "AUTHORIZE",
        "AUTHORIZED",
        "AUTHORISED",
        "CLEAN",
        "CLEAR",
        "CLEARED",
        "CONFIRMED",
        "ENABLED",
        "GENUINE",
        "GOOD",
        "GRANT",
        "GRANTED",
        "LEGIT",
        "LEGITIMATE",
        "LOW",
        "LOW_RISK",
        "NO",
        "NONE",
        "NOT_FRAUD",
        "NO_FRAUD",
        "NORMAL",
        "OK",
        "PASS",
        "PASSED",
        "PERMIT",
        "PERMITTED",
        "PROCEED",
        "SAFE",
        "SUCCESS",
        "TRUSTED",
        "VALID",
        "VERIFIED",
        "WHITELISTED",
        "YES",
        "ACTIVE",
    }
)
_SENSITIVITY: Final = frozenset(
    {
        "sensitivity",
        "sensitive",
        "pii",
        "personal",
        "privacy",
        "classification",
        "confidentiality",
        "confidential",
        "gdpr",
        "pci",
        "phi",
        "redact",
        "redacted",
        "secret",
        "tags",
        "confluent:tags",
        "data_classification",
        "dataclassification",
        "masking",
        "mask",
        "masked",
        "encrypt",
        "encrypted",
    }
)
_PERSONAL: Final = frozenset(
    {
        "pan",
        "cvv",
        "cvc",
        "iban",
        "email",
        "phone",
        "mobile",
        "msisdn",
        "ssn",
        "passport",
        "dob",
        "birthdate",
        "birthday",
        "surname",
        "firstname",
        "lastname",
        "fullname",
        "cardholder",
        "card_number",
        "cardnumber",
        "account_number",
        "accountnumber",
        "first_name",
        "last_name",
        "full_name",
        "birth_date",
        "date_of_birth",
        "email_address",
        "phone_number",
        "tax_id",
        "national_id",
        "ip_address",
        "ipaddress",
        "postcode",
        "zipcode",
        "street",
        "address",
    }
)
_WEIGHTY: Final = re.compile(
    r"score|risk|amount|amt|price|balance|limit|threshold|level|decision|verdict|status|action|flag|fraud|fee|rate|weight"
    r"|points|count|total|result|outcome|allowed|blocked|currency|country|sanction|alert|hit|finding|reason|list",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def _words(name: str) -> frozenset[str]:
    """The words of a name in camel case, or with anything else between them, in lower case."""
    return frozenset(re.split(r"[^a-z0-9]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()))


@dataclass(frozen=True, slots=True)
class Policy:
    """Word lists and facts about the readers that some rules need.

    Args:
        unknown_symbols: Enum symbols that stand for "not known"; a symbol also counts that begins or ends with one.
        permissive_symbols: Enum symbols that let something pass; never a default.
        sensitivity_properties: Properties that mark data as sensitive, compared without case. A property counts as well
            that has one of them among its words: `isPii`, `x-sensitivity`, `governance.gdpr`.
        personal_names: Field names that look like personal data, compared without case.
        weighty_names: What a field's name contains that measures or decides something.
        logical_types: Logical types of one's own, beside Avro's.
        readers_convert_defaults: Every reader turns the default of a logical type into its value, as this project's
            deserializer does and plain fastavro does not.
    """

    unknown_symbols: frozenset[str] = _UNKNOWN
    permissive_symbols: frozenset[str] = _PERMISSIVE
    sensitivity_properties: frozenset[str] = _SENSITIVITY
    personal_names: frozenset[str] = _PERSONAL
    weighty_names: re.Pattern[str] = _WEIGHTY
    logical_types: frozenset[str] = frozenset()
    readers_convert_defaults: bool = False

    def is_unknown(self, symbol: str) -> bool:
        """Whether the symbol says "not known"."""
        upper = symbol.upper()
        parts = upper.split("_")
        return upper in self.unknown_symbols or bool(self.unknown_symbols & {parts[0], parts[-1]})

    def is_sensitivity(self, name: str) -> bool:
        """Whether a property of that name marks data as sensitive."""
        return name.lower() in self.sensitivity_properties or not self.sensitivity_properties.isdisjoint(_words(name))

    def is_weighty(self, name: str) -> bool:
        """Whether a field of that name measures or decides something."""
        return self.weighty_names.search(name) is not None

    def is_permissive(self, symbol: str) -> bool:
        """Whether the symbol lets something pass."""
        return symbol.upper() in self.permissive_symbols


DEFAULT_POLICY: Final = Policy()
