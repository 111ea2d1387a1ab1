"""Prompts of our own: listings of excerpts, example neurons, context budgets, and the messages made of them."""

from neuronview.explain.prompts.budget import Counter, count_messages, estimate_tokens, within_budget
from neuronview.explain.prompts.examples import Example, ExampleRecord, example_neurons, read_examples
from neuronview.explain.prompts.hashing import prompt_hash
from neuronview.explain.prompts.listing import (
    UNKNOWN,
    excerpt_listing,
    is_sparse,
    normalized_records,
    numbered_listing,
    records_listing,
)

__all__ = [
    "UNKNOWN",
    "Counter",
    "Example",
    "ExampleRecord",
    "count_messages",
    "estimate_tokens",
    "example_neurons",
    "excerpt_listing",
    "is_sparse",
    "normalized_records",
    "numbered_listing",
    "prompt_hash",
    "read_examples",
    "records_listing",
    "within_budget",
]
