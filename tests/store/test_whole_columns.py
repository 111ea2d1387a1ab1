"""A column of every neuron comes as one array in order, or is refused with how many there are."""

import numpy as np
import pyarrow as pa
import pytest

from neuronview.errors import DatasetError
from neuronview.store.whole_columns import maxima_of, tails_of


def test_lists_of_several_chunks_come_in_the_order_of_the_neurons() -> None:
    lists = pa.chunked_array([[[0.0, 1.0], [2.0, 3.0]], [[4.0, 5.0], [6.0, 7.0]]])
    (found,) = tails_of(pa.table({"tail_values": lists}), (2, 2), grid=2)
    np.testing.assert_array_equal(found, np.arange(8.0).reshape(2, 2, 2))


@pytest.mark.parametrize(("lists", "known"), [([[1.0], None], "1 of 2"), ([[1.0]], "1 of 2"), ([None, None], "0 of 2")])
def test_tails_that_are_not_of_every_neuron_are_refused(lists: list[list[float] | None], known: str) -> None:
    column = pa.array(lists, type=pa.list_(pa.float64()))
    with pytest.raises(DatasetError, match=f"the tails of {known} neurons"):
        tails_of(pa.table({"tail_values": column}), (1, 2), grid=1)


def test_a_maximum_that_is_not_stored_is_nan_and_a_neuron_that_is_not_there_is_refused() -> None:
    column = pa.chunked_array([pa.array([1.0, None, 3.0])])
    np.testing.assert_array_equal(maxima_of(column, (1, 3)), [[1.0, np.nan, 3.0]])
    with pytest.raises(DatasetError, match="3 of 4 neurons"):
        maxima_of(column, (2, 2))
