"""A real pywb as the Wayback Machine: it replays WARC files, and a facade gives it archive.org's paths and shapes.

pywb brings old versions of much that it needs, so it has an environment of its own (`make .venv-pywb/.ready`)
and is a child process; none of it is a dependency of dlt-crawl.
"""
