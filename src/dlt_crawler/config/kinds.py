"""The kinds of values that settings have, each with what is wrong with one that is none."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ByteSize, ConfigDict, Field


def regular_expression(pattern: str) -> str:
    """Return the pattern. Raises ValueError when it is none."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
    return pattern


def _http_url(url: str) -> str:
    if not re.match(r"https?://[^/\s]+", url):
        raise ValueError(f"{url!r} is not an http:// or https:// URL")
    try:
        _ = urlsplit(url).port
    except ValueError as error:
        raise ValueError(f"{url!r}: {error}") from error
    return url


def host(name: str) -> str:
    """Return the host. Raises ValueError when it is none."""
    if not re.fullmatch(r"[^\s/:@?#\[\]]+|[0-9A-Fa-f:.]+", name):
        raise ValueError(f"{name!r} is not a host, such as www.example.org: no scheme, port or path")
    return name


def _field_name(name: str) -> str:
    if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
        raise ValueError(f"{name!r} is not the name of a header field (RFC 9110, section 5.1)")
    return name


def _field_value(value: str) -> str:
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value):
        # The value may be a password: it is not repeated.
        raise ValueError("the value of a header field has no line breaks and control characters (RFC 9110, 5.5)")
    return value


def _token(token: str) -> str:
    # Files and services that hold secrets put a line break behind them.
    token = token.strip()
    if not (token.isascii() and token.isprintable() and " " not in token) and token:
        # It is not repeated.
        raise ValueError("the token has characters that no token has")
    return token


def _label(text: str) -> str:
    if not text.strip() or not text.isprintable() or re.search(r"[][<>()`*_~\\\\&|$!\"'{}]", text):
        raise ValueError(f"{text!r} is no plain label: letters, digits and spaces, without marks of markdown or HTML")
    return text.strip()


Pattern = Annotated[str, AfterValidator(regular_expression)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Pause = Annotated[float, Field(ge=0, allow_inf_nan=False)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
Host = Annotated[str, AfterValidator(host)]
FieldName = Annotated[str, AfterValidator(_field_name)]
FieldValue = Annotated[str, AfterValidator(_field_value)]
Token = Annotated[str, AfterValidator(_token)]
Label = Annotated[str, AfterValidator(_label)]
Days = Annotated[float, Field(ge=0, le=36_500)]
Port = Annotated[int, Field(ge=1, le=65_535)]
Memory = Annotated[ByteSize, Field(ge=256_000_000)]


class Section(BaseModel):
    """A table of settings."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
