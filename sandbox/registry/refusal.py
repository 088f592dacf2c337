"""What the registry answers where it refuses: HTTP status, error code, message, as Confluent's numbers them."""


class Refusal(Exception):  # noqa: N818 - an answer of the registry, sent to the client, not an error of this program
    """An answer outside 2xx.

    Args:
        status: HTTP status.
        code: Error code of the body.
        message: What a person reads.
    """

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def subject_not_found(subject: str) -> Refusal:
    return Refusal(404, 40401, f"Subject '{subject}' not found.")


def version_not_found(version: int) -> Refusal:
    return Refusal(404, 40402, f"Version {version} not found.")


def schema_not_found(schema_id: int | str | None = None) -> Refusal:
    return Refusal(404, 40403, "Schema not found" if schema_id is None else f"Schema {schema_id} not found")


def subject_soft_deleted(subject: str) -> Refusal:
    return Refusal(404, 40404, f"Subject '{subject}' was soft deleted.Set permanent=true to delete permanently")


def subject_not_soft_deleted(subject: str) -> Refusal:
    return Refusal(404, 40405, f"Subject '{subject}' was not deleted first before being permanently deleted")


def version_soft_deleted(subject: str, version: int) -> Refusal:
    message = f"Subject '{subject}' Version {version} was soft deleted.Set permanent=true to delete permanently"
    return Refusal(404, 40406, message)


def version_not_soft_deleted(subject: str, version: int) -> Refusal:
    message = f"Subject '{subject}' Version {version} was not deleted first before being permanently deleted"
    return Refusal(404, 40407, message)


def level_not_configured(subject: str) -> Refusal:
    return Refusal(404, 40408, f"Subject '{subject}' does not have subject-level compatibility configured")


def mode_not_configured(subject: str) -> Refusal:
    return Refusal(404, 40409, f"Subject '{subject}' does not have subject-level mode configured")


def incompatible(subject: str, reasons: list[str]) -> Refusal:
    message = f'Schema being registered is incompatible with an earlier schema for subject "{subject}", details: '
    return Refusal(409, 40901, f"{message}[{', '.join(reasons)}]")


def invalid_schema(details: str) -> Refusal:
    return Refusal(422, 42201, f"Invalid schema of type AVRO, details: {details}")


def version_taken() -> Refusal:
    return Refusal(422, 42201, "Version is not one more than previous version")


def invalid_version(version: str) -> Refusal:
    message = f"The specified version '{version}' is not a valid version id. "
    return Refusal(422, 42202, message + 'Allowed values are between [1, 2^31-1] and the string "latest"')


def invalid_level() -> Refusal:
    levels = "none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive"
    return Refusal(422, 42203, f"Invalid compatibility level. Valid values are {levels}")


def invalid_mode() -> Refusal:
    return Refusal(422, 42204, "Invalid mode. Valid values are READWRITE, READONLY, READONLY_OVERRIDE, and IMPORT")


def not_permitted(message: str) -> Refusal:
    return Refusal(422, 42205, message)


def reference_exists(subject: str, version: int) -> Refusal:
    message = f"One or more references exist to the schema {{subject={subject},version={version}}}."
    return Refusal(422, 42206, message)
