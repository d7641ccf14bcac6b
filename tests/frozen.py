"""Imported last by a process that forks: no fork is to look through, and so to copy, whatever was imported."""

import gc

gc.collect()
gc.freeze()
