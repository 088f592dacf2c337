"""The page of all metrics, written from the module that names them."""

from messaging.metrics import NAMES

HEADER = """# Metrics

Written by `make docs` from `messaging/metrics.py`. The detector serves them at `/metrics` (`DETECTOR_HTTP_PORT`),
beside `/livez` (the loop turns) and `/readyz` (partitions assigned, contracts resolved).

| metric | type | meaning |
|---|---|---|
"""


def metrics_page() -> str:
    """Text of `docs/metrics.md`."""
    return HEADER + "".join(f"| `{name}` | {kind(name)} | {meaning} |\n" for name, meaning in sorted(NAMES.items()))


def kind(name: str) -> str:
    """Type of a metric, which Prometheus' naming tells."""
    if name.endswith("_total"):
        return "counter"
    return "histogram" if name.endswith("_seconds") else "gauge"
