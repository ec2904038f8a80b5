"""`python -m tests.examples`: write scim_conformance/examples.json."""

import sys

from tests.examples.writing import main

sys.exit(main())
