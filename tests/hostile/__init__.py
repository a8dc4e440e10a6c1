"""Files made to harm their reader, built in code."""
