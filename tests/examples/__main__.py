"""`python -m tests.examples [NAME]...`: write scim_conformance/catalogue/examples.json, or some entries of it anew."""

import sys

from tests.examples.writing import main

sys.exit(main(sys.argv[1:]))
