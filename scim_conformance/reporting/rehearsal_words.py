"""Large numbers in the sentences of a preview and a rehearsal: `1 user`, `1,204 users`, `2 users have`."""


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 user`, `1,204 users`."""
    return either(number, noun, f"{noun}s")


def either(number: int, one: str, more: str) -> str:
    """Return a number with the words that agree with it: `1 user has`, `1,204 users have`."""
    return f"{number:,} {one if number == 1 else more}"
