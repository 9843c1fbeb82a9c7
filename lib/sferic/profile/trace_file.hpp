#pragma once

#include <sferic/profile/trace.hpp>

#include <filesystem>

namespace sferic {

/// Writes a trace in the Trace Event Format, JSON that https://ui.perfetto.dev, chrome://tracing
/// and https://www.speedscope.app open. Each span is a complete event ("ph": "X") with its kind as
/// the category; times are in microseconds, to the nanosecond. Spans that touch each other are set
/// one or two nanoseconds apart, since viewers round in different ways. What is not UTF-8 in a name
/// is replaced by U+FFFD. What was left out of the trace is told in "otherData".
///
/// An older file of that name is replaced when the new one is complete and on the disk. Throws
/// CheckpointError, naming the file and the reason, if it cannot be written.
void write_trace(std::filesystem::path const& path, Trace const& trace);

}  // namespace sferic
