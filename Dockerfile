# syntax=docker/dockerfile:1

# Everything is pinned by requirements*.lock, the tools that build the wheel too.
FROM python:3.12-slim AS build
WORKDIR /build
COPY requirements.lock requirements-build.lock ./
RUN python -m venv /opt/dlt-crawl \
 && /opt/dlt-crawl/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock \
 && python -m venv /opt/builder \
 && /opt/builder/bin/pip install --no-cache-dir --require-hashes --requirement requirements-build.lock
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY src src
RUN /opt/builder/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /build/wheels . \
 && /opt/dlt-crawl/bin/pip install --no-cache-dir --no-deps --no-index /build/wheels/*.whl

FROM python:3.12-slim
# git says when a line of a list was written, and so which copy in the archive is wanted.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --create-home --home-dir /data dlt-crawl \
 && install -d -o dlt-crawl -g dlt-crawl /data/seeds /data/storage
COPY --from=build /opt/dlt-crawl /opt/dlt-crawl
ENV PATH=/opt/dlt-crawl/bin:$PATH \
    PYTHONUNBUFFERED=1
USER dlt-crawl
WORKDIR /data
VOLUME ["/data/seeds", "/data/storage"]
HEALTHCHECK --interval=2m --timeout=30s --start-period=30s CMD ["dlt-crawl", "schedule", "--status"]
ENTRYPOINT ["dlt-crawl"]
CMD ["schedule"]
