"""The administration's real directory, from two files into units and people: read, checked, then written at once."""
