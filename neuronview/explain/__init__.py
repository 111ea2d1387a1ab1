"""Explain, simulate and score: by rule, and by language models through injected clients."""
