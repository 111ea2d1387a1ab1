"""The dataset folder: its form, and how it is written, opened and queried."""
