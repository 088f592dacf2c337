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

FROM python:3.13.9-slim-bookworm
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin fraud \
 && install --directory --owner fraud --group fraud /var/cache/fraud
COPY --from=build /opt/fraud /opt/fraud
# Numba keeps compiled code beside its source by default, where this user may not write.
ENV PATH=/opt/fraud/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 NUMBA_CACHE_DIR=/var/cache/fraud
USER fraud
WORKDIR /home/fraud
CMD ["fraud-detector", "--help"]
