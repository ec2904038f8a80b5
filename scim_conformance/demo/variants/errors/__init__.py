"""Legal variants in errors."""
