"""The examples of CommonMark and GFM, in containers and byte forms, and the parsers that judge what we read in them.

They come from source distributions, fetched when the tests are set up (`make test`): see fetch.py.
"""
