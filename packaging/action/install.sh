#!/usr/bin/env bash
# Installs dlt-crawl out of this checkout into an environment of its own, below $RUNNER_TEMP, and puts it on the PATH of
# the steps that follow. Whatever is fetched for it is pinned by hash, the tools that build it too.
set -euo pipefail

[ "${RUNNER_OS-Linux}" = Linux ] || {
  echo "::error title=dlt-crawl::needs a runner with Linux, such as ubuntu-24.04: this is $RUNNER_OS"
  exit 2
}

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
home=$RUNNER_TEMP/dlt-crawl

pip() {
  "$1/bin/python" -m pip --disable-pip-version-check --quiet "${@:2}"
}

python3 -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || {
  echo "::error title=dlt-crawl::needs Python 3.11, 3.12 or 3.13: set python-version"
  exit 2
}
if [ ! -x "$home/bin/dlt-crawl" ]; then
  python3 -m venv "$home.build"
  pip "$home.build" install --require-hashes --requirement "$checkout/requirements-build.lock"
  pip "$home.build" wheel --no-deps --no-build-isolation --wheel-dir "$home.build/wheels" "$checkout"
  python3 -m venv "$home"
  pip "$home" install --require-hashes --requirement "$checkout/requirements.lock"
  pip "$home" install --no-deps --no-index "$home.build"/wheels/*.whl
fi
echo "$home/bin" >> "$GITHUB_PATH"
