"""A process that has imported the command line, and forks one for each request: see `tests.support.warm`.

Started as `python -m tests.support.launcher DESCRIPTOR MODULES`, with one end of a pair of Unix sockets, and
the modules to import. A request is one message: JSON, and the descriptors of standard input, output and error.
The answer is the id of the new process, whose parent are the tests: the one between has ended.
"""

import gc
import importlib
import json
import os
import runpy
import socket
import sys
from importlib.metadata import entry_points

import scim_conformance
from tests.support import warm_workers
from tests.support.becoming import asked, become, restrict


def main() -> None:
    """Serve until the other end is closed; in a fork, be the command line, or pytest."""
    tests = socket.socket(fileno=int(sys.argv[1]))
    for name in json.loads(sys.argv[2]):
        importlib.import_module(name)
    _make()
    _exempt()
    gc.collect()
    gc.freeze()  # a search for garbage would write to memory that is shared with the forks
    while (found := asked(tests)) is not None:
        request, descriptors = found
        if _forked(tests):
            tests.close()
            os.setsid()
            become(request, descriptors)
            restrict(terminal=request["terminal"], largest=request["largest"])
            sys.path[1:1] = request["path"]
            warm_workers.prepare(request["arguments"])
            runpy.run_module(request["module"], run_name="__main__", alter_sys=True)
            return
        for one in descriptors:
            os.close(one)


def _make() -> None:
    """Make what a command makes once and keeps, and what is the same each time."""
    from scim_conformance.catalogue.scenarios import shipped_templates
    from scim_conformance.demo.app import provider
    from scim_conformance.entra.directory.names import faker
    from scim_conformance.entra.profiles.profile import load
    from scim_conformance.reporting.page import _template

    shipped_templates()
    provider()
    provider(load("entra-default"))
    faker()
    _template()


def _exempt() -> None:
    """Have pytest leave the plugins' packages that are there already as they are: it would warn of each."""
    for one in entry_points(group="pytest11"):
        package = sys.modules.get(one.module.partition(".")[0])
        if package is not None and package is not scim_conformance:
            package.__doc__ = f"{package.__doc__} PYTEST_DONT_REWRITE"


def _forked(tests: socket.socket) -> bool:
    """Fork twice, and answer once the process between has ended; tell whether this is the new one."""
    reading, writing = os.pipe()
    between = os.fork()
    if between == 0:
        grandchild = os.fork()
        if grandchild == 0:
            os.close(reading)
            os.close(writing)
            return True
        os.write(writing, str(grandchild).encode())
        os._exit(0)
    os.waitpid(between, 0)
    tests.sendall(os.read(reading, 32))
    os.close(reading)
    os.close(writing)
    return False


if __name__ == "__main__":
    main()
