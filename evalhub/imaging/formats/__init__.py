"""One module per container: what its header says, and where it can be kept, its bare pixel data."""
