"""A stand-in for archive.org and web.archive.org, with the answer shapes recorded from the real ones.

captures.CAPTURES      what the archive of the loopback internet holds
troubles.TROUBLES      everything that it can answer in place of what was asked for
captures.TROUBLED      the URLs for which it always does so
memory                 limits on how often it may be asked, and the weather: troubles at random
"""
