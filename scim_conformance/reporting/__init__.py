"""What people and pipelines read: terminal, Allure, JUnit, result.json, Markdown. One kind of report a file."""
