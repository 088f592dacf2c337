"""Machine code of the detector's kernels, made once before several processes would each make it."""

from detector.chain.wire import compile_wire
from detector.rules.loading import load_rule_set
from detector.stages.warming import compile_kernels


def make_machine_code() -> None:
    """Compiles the kernels, which takes a minute, or loads them from numba's cache beside the sources."""
    compile_kernels(load_rule_set())
    compile_wire()


if __name__ == "__main__":
    make_machine_code()
