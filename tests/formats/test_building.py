"""What an import says of the model that is not in its files."""

from pathlib import Path

from neuronview.formats.building import model_note


def test_the_note_on_a_missing_model_ends_in_the_command_that_says_where_it_is() -> None:
    model = {"n_layers": 2, "n_neurons": 8, "path": "model"}
    note = model_note(model, "as the export says", Path("my sets/again"))
    assert note.endswith("python -m neuronview datasets model 'my sets/again' FOLDER")
