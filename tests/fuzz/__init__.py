"""Generated documents, judged by other parsers: a few in the tests, many over time with `python -m tests.fuzz`."""
