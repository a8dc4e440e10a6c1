"""Pandas pipelines, one subject a file: (portfolio, policy) -> frame. No clock, no file, no session."""
