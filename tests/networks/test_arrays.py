"""Other people's tables as data sets, against scikit-learn's encoders and scalers."""

import math

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.preprocessing import LabelEncoder, StandardScaler

import permviz as pv

TABLE = [[1.0, 20.0], [2.0, 10.0], [4.0, 30.0], [8.0, 40.0]]
FRAME = pd.DataFrame(TABLE, columns=["width", "height"])
NUMBERS = [0.5, 1.5, -2.0, 4.0]

FORMS = {
    "lists": TABLE,
    "tuples": tuple(map(tuple, TABLE)),
    "array": np.array(TABLE),
    "float32 array": np.array(TABLE, dtype=np.float32),
    "column-major array": np.asfortranarray(TABLE),
    "tensor": torch.tensor(TABLE),
    "tensor of a graph": torch.tensor(TABLE, requires_grad=True),
    "frame": FRAME,
    "frame of other rows": FRAME.set_index(pd.Index(["d", "a", "b", "c"])),
    "frame of mixed numbers": FRAME.astype({"width": "int64"}),
    "frame of nullable numbers": FRAME.astype({"width": "Int64"}),
}


@pytest.mark.parametrize("inputs", FORMS.values(), ids=FORMS)
def test_tables_of_every_form_are_the_same_inputs(inputs):
    data = pv.Dataset.from_arrays(inputs, NUMBERS)
    assert data.inputs.dtype == torch.float64
    assert data.inputs.tolist() == TABLE
    assert not data.inputs.requires_grad
    assert data.input_names == (("width", "height") if isinstance(inputs, pd.DataFrame) else ("x0", "x1"))
    assert (data.name, data.input_scaling, data.target_scaling) == ("table", None, None)


def test_the_callers_array_is_not_shared():
    mine = np.array(TABLE)
    data = pv.Dataset.from_arrays(mine, NUMBERS)
    mine[:] = 0
    assert data.inputs.tolist() == TABLE


TARGETS = {
    "floats": (NUMBERS, "squared", 1),
    "floats that are whole": ([0.0, 1.0, 1.0, 0.0], "squared", 1),
    "two columns": ([[1, 2], [3, 4], [5, 6], [7, 8]], "squared", 2),
    "two whole numbers": ([3, 5, 5, 3], "binary-cross-entropy", 2),
    "truth values": ([True, False, True, True], "binary-cross-entropy", 2),
    "three whole numbers": ([0, 2, 7, 2], "cross-entropy", 3),
    "two words": (["no", "yes", "yes", "no"], "binary-cross-entropy", 2),
    "three words": (["setosa", "virginica", "versicolor", "setosa"], "cross-entropy", 3),
    "one column of words": ([["no"], ["yes"], ["no"], ["yes"]], "binary-cross-entropy", 2),
    "objects": (np.array(["b", "a", "b", "c"], dtype=object), "cross-entropy", 3),
    "series": (pd.Series(["b", "a", "b", "c"], name="kind"), "cross-entropy", 3),
    "categories": (pd.Series(["b", "a", "b", "c"], dtype="category"), "cross-entropy", 3),
    "tensor": (torch.tensor([1, 0, 1, 1]), "binary-cross-entropy", 2),
}


@pytest.mark.parametrize(("targets", "loss", "outputs"), TARGETS.values(), ids=TARGETS)
def test_the_loss_follows_from_the_targets(targets, loss, outputs):
    data = pv.Dataset.from_arrays(TABLE, targets)
    assert data.loss == loss
    assert len(data.output_names) == outputs
    spec = pv.NetworkSpec((2, 3, data.network_outputs))
    assert math.isfinite(float(pv.loss(pv.init_network(spec), data)))
    if data.is_classification:
        flat = np.ravel(np.asarray(targets))
        encoder = LabelEncoder().fit(flat)
        assert data.targets.tolist() == encoder.transform(flat).tolist()
        assert list(data.output_names) == [str(name) for name in encoder.classes_]
    else:
        np.testing.assert_array_equal(data.targets.numpy(), np.reshape(targets, (4, outputs)))


def test_a_loss_that_is_named_decides():
    assert pv.Dataset.from_arrays(TABLE, [3, 5, 5, 4], "squared").targets.tolist() == [[3], [5], [5], [4]]
    assert pv.Dataset.from_arrays(TABLE, [3, 5, 5, 3], "cross-entropy").network_outputs == 2
    named = pv.Dataset.from_arrays(TABLE, [0.0, 1.0, 1.0, 0.5], "cross-entropy")
    assert (named.targets.tolist(), named.output_names) == ([0, 2, 2, 1], ("0", "0.5", "1"))
    many = pv.Dataset.from_arrays(np.arange(200.0), np.arange(200), "cross-entropy")
    assert len(many.output_names) == 200


CONSTANT = [[1.0, 0.1], [2.0, 0.1], [5.0, 0.1], [5.0, 0.1]]


@pytest.mark.parametrize("inputs", [TABLE, FRAME, CONSTANT], ids=["table", "frame", "constant column"])
def test_standardising_is_scikit_learns(inputs):
    data, targets = pv.Dataset.from_arrays(inputs, NUMBERS, standardise=True), np.reshape(NUMBERS, (-1, 1))
    for values, scaling, raw in (
        (data.inputs, data.input_scaling, np.asarray(inputs)),
        (data.targets, data.target_scaling, targets),
    ):
        scaler = StandardScaler().fit(raw)
        np.testing.assert_allclose(values.numpy(), scaler.transform(raw), rtol=0, atol=1e-14)
        np.testing.assert_allclose(scaling.means.numpy(), scaler.mean_, rtol=1e-14)
        np.testing.assert_allclose(scaling.deviations.numpy(), scaler.scale_, rtol=1e-14)
        np.testing.assert_allclose(scaling.unscale(values).numpy(), raw, rtol=0, atol=1e-14)
    assert pv.Dataset.from_arrays(inputs, ["a", "b", "a", "b"], standardise=True).target_scaling is None


@pytest.mark.parametrize("unit", [1e-300, 1e-160, 1e140])
def test_columns_in_a_unit_of_any_size_are_standardised_alike(unit):
    given = np.array(TABLE)
    expected = StandardScaler().fit_transform(given)
    data = pv.Dataset.from_arrays(given * unit, NUMBERS, standardise=True)
    np.testing.assert_allclose(data.inputs.numpy(), expected, rtol=0, atol=1e-13)


def test_columns_that_float64_cannot_tell_apart_are_refused():
    with pytest.raises(ValueError, match="take a larger unit"):
        pv.Dataset.from_arrays([[0.0], [5e-324], [0.0], [5e-324]], NUMBERS, standardise=True)
    constant = pv.Dataset.from_arrays([[5e-324]] * 4, NUMBERS, standardise=True)
    assert constant.inputs.tolist() == [[0.0]] * 4


def test_new_inputs_are_scaled_like_the_old():
    data = pv.Dataset.from_arrays(TABLE, NUMBERS, standardise=True)
    new = torch.tensor([[3.0, 5.0]], dtype=torch.float64)
    expected = StandardScaler().fit(TABLE).transform(new.numpy())
    np.testing.assert_allclose(data.input_scaling.scale(new).numpy(), expected, rtol=1e-14)


def test_names_may_be_given():
    data = pv.Dataset.from_arrays(FRAME, [1, 0, 1, 0], input_names=["u", "v"], output_names=["bad", "good"], name="mine")
    assert (data.name, data.input_names, data.output_names) == ("mine", ("u", "v"), ("bad", "good"))
    assert pv.Dataset.from_arrays([1.0, 2.0], pd.Series([0.5, 1.0], name="price")).output_names == ("price",)
    assert pv.Dataset.from_arrays([1.0, 2.0], [0.5, 1.0]).input_names == ("x",)


def test_a_table_is_trained_like_a_task():
    rows = pv.load_dataset("iris")
    frame = pd.DataFrame(rows.inputs.numpy(), columns=list(rows.input_names))
    data = pv.Dataset.from_arrays(frame, np.array(rows.output_names)[rows.targets.numpy()])
    assert torch.equal(data.targets, rows.targets)
    spec = pv.NetworkSpec((4, 3, 3))
    assert torch.equal(pv.train(spec, data, seeds=[0], steps=5).losses, pv.train(spec, rows, seeds=[0], steps=5).losses)


NAN = [[1.0, 2.0], [3.0, math.nan], [1.0, 1.0], [1.0, 1.0]]
NA = FRAME.astype({"width": "Int64"}).replace(4, pd.NA)


@pytest.mark.parametrize(
    ("inputs", "targets", "options", "message"),
    [
        (TABLE, NUMBERS[:3], {}, "4 rows of inputs and 3 of targets"),
        ([], [], {}, r"Inputs of shape \(0,\)"),
        (np.empty((4, 0)), NUMBERS, {}, r"Inputs of shape \(4, 0\)"),
        (FRAME[:0], [], {}, "no rows"),
        (FRAME[[]], NUMBERS, {}, "Inputs of 0 columns"),
        (np.zeros((4, 2, 2)), NUMBERS, {}, r"Inputs of shape \(4, 2, 2\) given: expected"),
        (None, NUMBERS, {}, r"Inputs of shape \(\)"),
        ("table", NUMBERS, {}, r"Inputs of shape \(\)"),
        ([[1.0, 2.0], [3.0]], NUMBERS, {}, "rows of different lengths"),
        (NAN, NUMBERS, {}, "Inputs, column 'x1': nan in row 1"),
        (FRAME.replace(30.0, math.inf), NUMBERS, {}, "Inputs, column 'height': inf in row 2"),
        (FRAME.assign(city=["a", "b", "c", "d"]), NUMBERS, {}, "Inputs, column 'city': 'a' in row 0, of dtype .* is no number"),
        (FRAME.assign(mixed=[1, 2, None, "x"]), NUMBERS, {}, "column 'mixed': None in row 2, of dtype object"),
        (NA, NUMBERS, {}, "column 'width': nan in row 2"),
        (FRAME.assign(day=pd.Timestamp("2020-01-01")), NUMBERS, {}, "column 'day': .* of dtype datetime64"),
        (np.array(TABLE) * 1j, NUMBERS, {}, "of dtype complex128, is no number"),
        (pd.concat([FRAME, FRAME], axis=1), NUMBERS, {}, "two columns 'width'"),
        ([[1.0, "a"], [2.0, "b"]], [0, 1], {}, "'1.0' in row 0"),
        (TABLE, [1.0, 2.0, math.nan, 0.0], {}, "Targets, column 'y': nan in row 2"),
        (TABLE, [1.0, 2.0, math.inf, 0.0], {"loss": "cross-entropy"}, "Targets, .* inf in row 2"),
        (TABLE, ["a", "b", None, "a"], {}, "Targets: None in row 2, of dtype object"),
        (TABLE, pd.Series(["a", "b", None, "a"]), {}, "Targets: .* in row 2"),
        (TABLE, [1, 1, 1, 1], {}, "the one class '1'"),
        (TABLE, ["a"] * 4, {}, "the one class 'a'"),
        (TABLE, ["a", "b", "c", "a"], {"loss": "squared"}, "Targets, column 'y': 'a' in row 0"),
        (TABLE, [0, 1, 2, 0], {"loss": "binary-cross-entropy"}, "expected the classes 0 and 1 alone"),
        (TABLE, [[0, 1]] * 4, {"loss": "cross-entropy"}, "2 columns given for classes"),
        (np.arange(200.0), np.arange(200), {}, "200 different whole numbers given: name the loss"),
        (TABLE, NUMBERS, {"loss": "hinge"}, "Unknown loss 'hinge'"),
        (TABLE, NUMBERS, {"input_names": ["u"]}, "1 names given for 2 inputs"),
        (TABLE, [0, 1, 0, 1], {"output_names": ["u"]}, "1 names given for 2 classes"),
        ([[1e200], [-1e200]], [0, 1], {"standardise": True}, "squares overflow"),
    ],
)
def test_what_is_no_table_of_numbers_is_refused_with_its_place(inputs, targets, options, message):
    with pytest.raises(ValueError, match=message):
        pv.Dataset.from_arrays(inputs, targets, **options)
