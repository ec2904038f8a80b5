"""A run in a pytest session: items, runner, workers, controller, and how a recorded run is judged again."""
