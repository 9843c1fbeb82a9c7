#!/usr/bin/env python3
"""Reads what write_events.cpp wrote, without sferic's messages: read_events.py <folder>.

The checksums are those of python3-crcmod. Fields of messages are looked up by their numbers, those
of TensorFlow's and TensorBoard's .proto files.
"""
import math
import pathlib
import struct
import sys

try:
    import crcmod.predefined
except ImportError as error:
    print(f"skipped: {error}; on Debian: apt-get install python3-crcmod")
    sys.exit(77)

crc32c = crcmod.predefined.mkPredefinedCrcFun("crc-32c")


def masked(data):
    crc = crc32c(data)
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def records(content):
    while content:
        length, checksum = struct.unpack("<QI", content[:12])
        assert checksum == masked(content[:8])
        data = content[12:12 + length]
        (checksum,) = struct.unpack("<I", content[12 + length:16 + length])
        assert checksum == masked(data)
        yield data
        content = content[16 + length:]


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def fields(message):
    """A message as {number: [value, ...]}: integers, floats, and bytes, which may be messages."""
    found, at = {}, 0
    while at < len(message):
        key, at = varint(message, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(message, at)
        else:
            size = {1: 8, 5: 4}.get(kind)
            if size is None:
                assert kind == 2
                size, at = varint(message, at)
            value, at = message[at:at + size], at + size
            if kind != 2:
                (value,) = struct.unpack({1: "<d", 5: "<f"}[kind], value)
        found.setdefault(key >> 3, []).append(value)
    return found


def all_of(messages):
    return [fields(message) for message in messages]


def doubles(packed):
    return list(struct.unpack(f"<{len(packed) // 8}d", packed))


(path,) = pathlib.Path(sys.argv[1], "version_0").glob("events.out.tfevents.*")
version, begin, restart, values, media, end = all_of(records(path.read_bytes()))

STEP, FILE_VERSION, SUMMARY, SESSION_LOG = 2, 3, 5, 7
TAG, SIMPLE_VALUE, IMAGE, HISTOGRAM, TENSOR, METADATA = 1, 2, 4, 5, 8, 9


def summary(event):
    """The values of an event by their tags."""
    return {value[TAG][0].decode(): value for value in all_of(fields(event[SUMMARY][0])[1])}


def plugin(value):
    """Name and content of a plugin's data, which must be of the class of tensors."""
    metadata = fields(value[METADATA][0])
    assert metadata[4] == [2] and TENSOR in value
    data = fields(metadata[1][0])
    return data[1][0], fields(data.get(2, [b""])[0])


assert version[FILE_VERSION] == [b"brain.Event:2"] and version[1][0] > 1.6e9
assert restart[STEP] == [3] and all_of(restart[SESSION_LOG]) == [{1: [1]}]  # START

scalars = summary(values)
assert values[STEP] == [3] and values[1][0] > 1.6e9
assert scalars["loss"][SIMPLE_VALUE] == [0.25]
assert math.isnan(scalars["nan"][SIMPLE_VALUE][0])
assert scalars["epoch"][SIMPLE_VALUE] == [0]

assert media[STEP] == [4]
picture = fields(summary(media)["picture"][IMAGE][0])
assert picture[4][0].startswith(b"\x89PNG")
assert (picture[1], picture[2], picture[3]) == ([2], [1], [3])  # height, width, colours
histogram = fields(summary(media)["histogram"][HISTOGRAM][0])
assert [histogram[i] for i in range(1, 6)] == [[-1], [3], [3], [4], [11]]
assert (doubles(histogram[6][0]), doubles(histogram[7][0])) == ([0, 3], [1, 2])
text = summary(media)["text"]
assert plugin(text) == (b"text", {})
tensor = fields(text[TENSOR][0])
assert tensor[1] == [7] and tensor[8] == [b"hello"]  # DT_STRING
assert all_of(fields(tensor[2][0])[2]) == [{1: [1]}]  # of the shape [1]

hparams = summary(begin)
name, experiment = plugin(hparams["_hparams_/experiment"])
assert name == b"hparams"
(experiment,) = all_of(experiment[2])
assert all_of(experiment[4]) == [{1: [b"lr"], 4: [3]}, {1: [b"bias"], 4: [2]},
                                 {1: [b"optimizer"], 4: [1]}]
assert fields(fields(experiment[5][0])[1][0]) == {2: [b"loss"]}
name, start = plugin(hparams["_hparams_/session_start_info"])
assert name == b"hparams"
(start,) = all_of(start[3])
given = {entry[1][0]: fields(entry[2][0]) for entry in all_of(start[1])}
assert given == {b"lr": {2: [0.5]}, b"bias": {4: [1]}, b"optimizer": {3: [b"Adam"]}}
_, status = plugin(summary(end)["_hparams_/session_end_info"])
assert fields(status[4][0])[1] == [1]  # success
print("read", path.name)
