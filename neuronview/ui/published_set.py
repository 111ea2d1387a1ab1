"""The excerpts that a published explanation was scored on, as pages name them: see `neuronview.view.published_set`."""

from neuronview.view.published_set import PUBLISHED, is_published, published_set, with_published_excerpts

__all__ = ["PUBLISHED", "is_published", "published_set", "with_published_excerpts"]
