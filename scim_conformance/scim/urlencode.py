"""The query string as .NET's `HttpUtility.UrlEncode` writes it, which is what Entra puts on the wire.

Source: AzureAD/SCIMReferenceCode, Protocol/Query.cs (it calls `HttpUtility.UrlEncode`), and request lines observed in
MicrosoftDocs/azure-docs#94189: a space is `+`, a quote `%22`, an at sign `%40`, hex digits are lower case.
"""

_BARE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!*()")


def dotnet_quote(text: str) -> str:
    """Percent-encode `text` for a query string: UTF-8, lower-case hex, space as `+`."""
    return "".join(_quoted(byte) for byte in text.encode("utf-8", "surrogatepass"))


def _quoted(byte: int) -> str:
    if byte in _BARE:
        return chr(byte)
    return "+" if byte == 0x20 else f"%{byte:02x}"


def percent_quote(text: str) -> str:
    """Percent-encode `text` as Microsoft's Logic App tests do: as `dotnet_quote`, but a space is `%20`."""
    return dotnet_quote(text).replace("+", "%20")


def segment_quote(text: str) -> str:
    """Percent-encode `text` as one path segment: nothing in an id can leave the segment (RFC 3986 section 3.3)."""
    raw = text.encode("utf-8", "surrogatepass")
    return "".join(chr(byte) if byte in _BARE or byte in b"~" else f"%{byte:02X}" for byte in raw)
