"""What provisioning would do, and does, with a customer's own users: inputs, masking, preview."""
