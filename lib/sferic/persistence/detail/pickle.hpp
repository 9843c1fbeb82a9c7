#pragma once

#include <sferic/persistence/detail/value.hpp>
#include <sferic/persistence/detail/zip_file.hpp>

#include <string_view>

namespace sferic::detail {

/// Reads what a pickle of protocol 2 or later describes, and never does what it asks for:
///
/// - LibTorch's tensors become StoredTensors, a bare storage is the tensor of all its elements;
/// - objects of TorchScript's modules become dictionaries of their attributes;
/// - everything else that has a class becomes Unknown, and is an error to whoever needs it;
/// - a file that asks for what no honest one does, `os.system`, is refused.
///
/// Nesting, the count of values and the memory are bounded, whatever the pickle says. Throws
/// FormatError.
[[nodiscard]] Value read_pickle(std::string_view bytes);

/// Reads an entry of a file: `data.pkl` is what a file of LibTorch's is about. Throws
/// CheckpointError.
[[nodiscard]] Value read_pickle(ZipFile const& file, std::string_view entry = "data.pkl");

}  // namespace sferic::detail
