"""What docs/frame-by-frame.md and docs/features.md say of the arrays of a 36-frame video, 25 frames a second:
npy_test.py SCORES FEATURES CLASSES CHANNELS; each array has its times beside it.
"""

import sys

import numpy

scores_file, features_file, classes, channels = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])


def read(file):
    values, seconds = numpy.load(file), numpy.load(file.replace(".npy", ".times.npy"))
    assert values.dtype == numpy.float32, values.dtype
    assert seconds.dtype == numpy.float64, seconds.dtype
    assert seconds.shape == (len(values),), (seconds.shape, values.shape)
    assert numpy.isfinite(values).all()
    return values, seconds


scores, moments = read(scores_file)
assert scores.shape == (36, classes), scores.shape
assert numpy.allclose(scores.sum(axis=1), 1, atol=1e-5)
assert numpy.allclose(moments, (numpy.arange(36) + 0.5) / 25, atol=1e-9)

features, places = read(features_file)
assert features.shape == (len(places), channels), features.shape
assert 0 < places[0] and places[-1] < 36 / 25 and (numpy.diff(places) > 0).all(), places
assert numpy.allclose(numpy.diff(places), places[1] - places[0]), places
print("equal")
