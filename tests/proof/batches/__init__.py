"""Faults and right servers that were written blind, without a look at the suites: one folder for each batch."""
