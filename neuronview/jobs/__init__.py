"""Work that takes time: planned, watched, cancelled, resumed; finished pieces are kept whatever happens."""
