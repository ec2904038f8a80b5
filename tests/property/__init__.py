"""Any valid profile: Hypothesis draws profiles, and the verdict on the honest target and on a broken one is judged."""
