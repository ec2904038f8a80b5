"""The reports for people and pipelines: terminal, Allure, JUnit, result.json, Markdown. One file per kind of report."""
