"""The painters, one function per motif."""
