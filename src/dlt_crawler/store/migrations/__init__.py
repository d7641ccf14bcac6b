"""The migrations, oldest first in `versions/`: a released one is never edited, the next one is added.

There is no way back: who needs the older schema restores the older file.
"""
