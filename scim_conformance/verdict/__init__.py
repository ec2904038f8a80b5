"""The outcome: results, and how causes and the verdict follow from them."""
