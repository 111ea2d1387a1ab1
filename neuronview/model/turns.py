"""Conversations as tokens of a language model: closed for it to answer, or with the last turn left open to be read.

A tokenizer with a chat template gets its template, with what people wrote never read as control tokens; any other one
gets the turns' texts with a blank line between two.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neuronview.errors import BadInput, NotSupported
from neuronview.model.pieces import Pieces

__all__ = ["Conversation", "Turns"]

Conversation = Sequence[tuple[str, str]]
"""Turns as (role, text); roles are system, user, assistant."""
SENTINEL = "\u2063turn\u2063"


class Turns:
    """Makes tokens of conversations for one fast tokenizer of transformers."""

    def __init__(self, tokenizer: Any, *, name: str) -> None:
        """`name`: the model's, for messages. Raises ModelError when the tokenizer is not a fast one."""
        self.tokenizer, self.name = tokenizer, name
        self.pieces = Pieces(tokenizer)

    def closed(self, conversation: Conversation) -> list[int]:
        """Token ids of a conversation whose next turn is the assistant's."""
        if not conversation:
            raise BadInput("There is no text. Give at least one turn.")
        if self.tokenizer.chat_template:
            return self._ids(conversation)
        return [*self._beginning(), *self.pieces.encode(_joined(conversation))[0]]

    def open(self, conversation: Conversation) -> tuple[list[int], int, list[bytes]]:
        """Token ids, where the last turn starts among them, and the bytes of its tokens."""
        if not conversation or not conversation[-1][1]:
            raise BadInput("There is nothing to read: the last turn is empty.")
        text = conversation[-1][1]
        if self.tokenizer.chat_template:
            before = self._before_last(conversation)
            ids, parts = self.pieces.encode(text, inside=True)
            return [*before, *ids], len(before), parts
        beginning = self._beginning()
        whole = _joined(conversation)
        ids, parts = self.pieces.encode(whole)
        skip, start, done = len(whole.encode("utf-8")) - len(text.encode("utf-8")), 0, 0
        while done + len(parts[start]) <= skip:
            done += len(parts[start])
            start += 1
        # A token may reach from one turn into the next.
        return [*beginning, *ids], len(beginning) + start, [parts[start][skip - done :], *parts[start + 1 :]]

    def _before_last(self, conversation: Conversation) -> list[int]:
        role = conversation[-1][0]
        if role == "assistant" and len(conversation) > 1:
            return self._ids(conversation[:-1])
        rendered = str(self._templated([*conversation[:-1], (role, SENTINEL)], tokenize=False))
        if SENTINEL not in rendered:
            raise NotSupported(f"The chat template of {self.name} changes what it is given, so no turn can be read.")
        ids: list[int] = self.tokenizer.encode(rendered.partition(SENTINEL)[0], add_special_tokens=False)
        return ids

    def _ids(self, conversation: Conversation) -> list[int]:
        """A conversation that the assistant is to answer."""
        options = {"add_generation_prompt": True, "sanitize_control_tokens": True, "return_dict": True}
        return list(self._templated(conversation, tokenize=True, **options)["input_ids"])

    def _templated(self, conversation: Conversation, **options: Any) -> Any:
        """What the chat template makes of a conversation. Raises NotSupported where it refuses it."""
        from jinja2 import TemplateError

        turns = [{"role": role, "content": text} for role, text in conversation]
        try:
            return self.tokenizer.apply_chat_template(turns, enable_thinking=False, **options)
        except TemplateError:
            # Some templates know no system turn.
            try:
                return self.tokenizer.apply_chat_template(_without_system(turns), enable_thinking=False, **options)
            except TemplateError as error:
                raise NotSupported(f"The chat template of {self.name} refuses the conversation: {error}") from error

    def _beginning(self) -> list[int]:
        """What the tokenizer puts before a plain text."""
        ids = list(self.tokenizer("", add_special_tokens=True)["input_ids"])
        return ids[:1] if ids[:1] == [self.tokenizer.bos_token_id] else []


def _joined(conversation: Conversation) -> str:
    """Turns as one text for a model without a chat template."""
    return "\n\n".join(text for _, text in conversation)


def _without_system(turns: list[dict[str, str]]) -> list[dict[str, str]]:
    """System turns put at the head of the turn that follows."""
    merged, before = [], ""
    for turn in turns:
        if turn["role"] == "system":
            before += turn["content"] + "\n\n"
        else:
            merged.append({"role": turn["role"], "content": before + turn["content"]})
            before = ""
    return merged
