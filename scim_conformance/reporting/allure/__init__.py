"""Allure results; no other room imports Allure."""
