"""One module for each kind of passage; each exports `TEMPLATES`, a dict from name to template."""
