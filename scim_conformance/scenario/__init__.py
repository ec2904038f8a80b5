"""The words of a case: Step, Check, Scenario, citations, verdicts, and the player. No I/O."""
