"""What the pages share: the open book, the controls, the cache, cards and tables."""
