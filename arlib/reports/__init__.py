"""Reports: views in, bytes out. Only this room knows the file formats it writes."""
