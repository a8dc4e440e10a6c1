"""French rules as dated data: every value has a date and a legal source, looked up by date."""
