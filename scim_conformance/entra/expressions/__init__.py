"""The expression language of attribute mappings: parser, functions, formats."""
