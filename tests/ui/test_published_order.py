"""Published connections stand by strength, in whatever order their file has them."""

from neuronview.ui.connection_parts import _as_published


def test_published_neurons_and_tokens_stand_by_the_size_of_their_weight_and_undefined_ones_last() -> None:
    neurons = {"top_negative_neurons": ["0_1", "0_2", "0_3", "0_4"], "top_negative_weights": [-1.0, None, -3.0, 0.0]}
    tokens = {"tokens": ["a", "b", "c"], "strengths": [1.0, 3.0, 2.0]}
    found = _as_published({"neurons_by_weight": {"c_fc": neurons}, "tokens_by_weight": {"input_positive": tokens}})
    assert [neuron.neuron for neuron, _ in found.neurons["upstream_negative"]] == [3, 1, 4, 2]
    assert [token for token, _ in found.tokens["input_positive"]] == ["b", "c", "a"]
