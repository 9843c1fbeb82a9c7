#pragma once

#include <filesystem>
#include <sferic_tensorboard.pb.h>
#include <string>
#include <string_view>
#include <vector>

namespace sferic::test {

using TensorBoardEvent = detail::tensorboard::Event;
using detail::tensorboard::HParamsPluginData;

/// The records of an event file, as TensorFlow reads them: each checksum is compared. An incomplete
/// last record is left out. Throws std::runtime_error where something is wrong.
std::vector<std::string> records_of(std::string_view file);

/// The events of a file, without the first one, which must tell the version.
std::vector<TensorBoardEvent> events_of(std::filesystem::path const& file);

}  // namespace sferic::test
