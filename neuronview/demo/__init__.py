"""The demo: an original English corpus, the small GPT-2 trained on it, and the dataset made of it."""
