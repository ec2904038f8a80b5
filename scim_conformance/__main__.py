"""`scim-conformance`, and `python -m scim_conformance`: what has to be right before anything else is loaded."""

from scim_conformance.system import garbage, signals, streams


def main() -> None:
    """Run the command line."""
    signals.end_at_once()
    streams.make_ready()
    garbage.seldom()
    from scim_conformance.commands import main as cli  # only now: a signal that comes meanwhile is no traceback

    cli.main()


if __name__ == "__main__":
    main()
