"""Authorization headers that hold no secret, sent to see that a target checks what it gets: they are shown as sent."""

LAZY = ("Bearer null", "Bearer undefined", "Bearer {}", "Bearer true")
"""What a client sends whose variable is empty."""

MALFORMED = ("Bearer", "Bearer x", "Basic eDp4", "Token x")
"""Other forms without a right credential; `eDp4` is `x:x`."""

DUMMIES = frozenset({*LAZY, *MALFORMED})
