"""What the provisioning service does in a cycle: generators that yield requests and receive responses. No I/O."""
