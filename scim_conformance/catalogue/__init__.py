"""What can be judged: scenarios, requirements, examples, and what a profile's verdict requires."""
