"""The sample book written as other software exports it: one module a product.

Layouts come from public documentation, parsers and tests of those products; no file of theirs is here.
"""
