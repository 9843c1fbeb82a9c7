#pragma once

#include <sferic/persistence/detail/pickle_stack.hpp>
#include <sferic/persistence/detail/value.hpp>

#include <string>
#include <string_view>

namespace sferic::detail {

/// A class or function by its name. Throws FormatError for one that runs programs or reaches for
/// the system: nothing would come of it, but such a file is an attack.
[[nodiscard]] Value global(std::string_view module, std::string_view name);

/// What calling `callee` stands for, Unknown if sferic does not know that.
[[nodiscard]] PickleItem call(Value const& callee, PickleItem const& arguments);

/// The storage that LibTorch names in this way, as the tensor of all its elements.
[[nodiscard]] Value storage(Value const& id);

}  // namespace sferic::detail
