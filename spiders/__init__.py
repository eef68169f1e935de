"""Gather: all input and output of a crawl. Pages are read once, judged by `checks`, kept by the store."""
