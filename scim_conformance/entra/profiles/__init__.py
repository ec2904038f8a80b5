"""Profiles: attribute mappings and matching of an application, shipped ones and your own."""
