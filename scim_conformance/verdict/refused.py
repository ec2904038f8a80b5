"""What a target refuses in creations, in words."""

from collections.abc import Sequence

from scim_conformance.verdict.results import Refusal


def in_words(refusal: Refusal) -> str:
    """Return what is refused as a sentence that begins with the status, as that of a refused creation does."""
    status, _, words = refusal.said.partition(": ")
    alone = [one for one in refusal.attributes if one not in refusal.together]
    where = "POST /Users" if refusal.kind == "user" else "POST /Groups"
    parts = [_listed(alone)] if alone else []
    parts += [f"{_listed(refusal.together)} together with other attributes"] if refusal.together else []
    what = ", or ".join(parts) or f"all of {', '.join(refusal.left_out)}"
    it = "them" if len(refusal.attributes or refusal.left_out) > 1 else "it"
    untried = [one for one in refusal.left_out if one not in refusal.attributes] if refusal.attributes else []
    said = f"{status}: {where} is refused if it contains {what}, and works without {it}"
    said += f" and {', '.join(untried)}, which could not be tried one by one" if untried else ""
    return f"{said}; the target says {words}" if words else said


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
