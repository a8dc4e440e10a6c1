"""Parts of the reader of our own workbook: cells, documents, allocations, the other sheets."""
