"""A probe for each defect of the embedded target: it shows the fault over a raw socket, without the harness."""
