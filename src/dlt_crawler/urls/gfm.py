"""Where GitHub Flavored Markdown ends a bare URL (GFM 0.29, section 6.9)."""

from __future__ import annotations


def trimmed(url: str) -> str:
    """Return a URL without the punctuation that GFM gives back to the sentence (extended autolink path validation)."""
    end = len(url)
    unopened: int | None = None
    while end:
        match url[end - 1]:
            case "?" | "!" | "." | "," | ":" | "*" | "_" | "~" | "'" | '"':
                end -= 1
            case ";":
                name = end - 1
                while name and url[name - 1].isascii() and url[name - 1].isalpha():
                    name -= 1
                end = name - 1 if name and name < end - 1 and url[name - 1] == "&" else end - 1
            case ")":
                if unopened is None:
                    unopened = url.count(")", 0, end) - url.count("(", 0, end)
                if unopened <= 0:
                    break
                unopened -= 1
                end -= 1
            case _:
                break
    return url[:end]
