#pragma once

#include <sferic/profile/hook_profile.hpp>

#include <string>

namespace sferic::detail {

/// See HookProfile::json() and csv().
std::string profile_json(HookProfile const& profile);
std::string profile_csv(HookProfile const& profile);

}  // namespace sferic::detail
