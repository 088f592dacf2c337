# All four commands in one image; docker-compose.yml gives each service its own.
FROM python:3.13.9-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore PYTHONDONTWRITEBYTECODE=1
WORKDIR /build
RUN python -m venv /opt/fraud
# Dependencies before sources: this layer is built again only when a pin changes. No compiler here either, so wheels only.
COPY requirements-run.txt ./
RUN /opt/fraud/bin/pip install --quiet --require-hashes --only-binary :all: -r requirements-run.txt
# As a constraint, the file pins the build backend and checks its hashes.
COPY requirements.txt ./
RUN python -m pip install --quiet --only-binary :all: --constraint requirements.txt hatchling
COPY pyproject.toml README.md LICENSE ./
COPY schemas/ schemas/
COPY messaging/ messaging/
COPY generator/ generator/
COPY detector/ detector/
COPY sandbox/ sandbox/
RUN python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir wheels . \
 && /opt/fraud/bin/pip install --quiet --no-deps wheels/*.whl \
 && /opt/fraud/bin/pip uninstall --quiet --yes pip \
 && find /opt/fraud/lib -type d -name tests -prune -exec rm -r {} + \
 && /opt/fraud/bin/python -m compileall -q /opt/fraud/lib
# Machine code of the rules, a minute's work, for the CPU of this host; on another CPU it is made at each start.
# -P: from the installed packages, since their place is part of the key. The mount spares builds that change no kernel.
RUN --mount=type=cache,target=/kernels NUMBA_CACHE_DIR=/kernels /opt/fraud/bin/python -P -c "\
from detector.chain.wire import compile_wire; \
from detector.rules.loading import load_rule_set; \
from detector.stages.warming import compile_kernels; \
compile_kernels(load_rule_set()); compile_wire()" \
 && cp -r /kernels /opt/fraud/kernels

FROM python:3.13.9-slim-bookworm
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin fraud
COPY --from=build /opt/fraud /opt/fraud
ENV PATH=/opt/fraud/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 NUMBA_CACHE_DIR=/tmp/kernels
USER fraud
WORKDIR /home/fraud
# Numba reads no folder that it cannot write, so it gets one full of links; without it (no /tmp) it compiles in memory.
ENTRYPOINT ["sh", "-c", "cp -rsn /opt/fraud/kernels /tmp/ 2>/dev/null; exec \"$@\"", "sh"]
CMD ["fraud-detector", "--help"]
