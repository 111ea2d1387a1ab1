"""Parts of the pages that are written in JavaScript."""
