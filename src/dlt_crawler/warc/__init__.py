"""Our own copies of what was fetched: WARC 1.1 files (ISO 28500:2017). The only user of warcio; pure but for `files`.

- `captures.py` is what is kept of one exchange, `records.py` makes records of it: one or two members of gzip.
- `heads.py` says what of a head is kept, and how it tells the truth about a body that was unpacked.
- `files.py` writes members into numbered files, and mends what a crash has left at the end of one.

docs/warc.md says what is kept, and what plays it.
"""
