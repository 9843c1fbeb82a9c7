#pragma once

#include <sferic/profile/hook_profile.hpp>

#include <string>

namespace sferic::detail {

/// See HookProfile::text().
std::string profile_table(HookProfile const& profile);

/// "12.3 us": three digits that count, and the unit that fits.
std::string duration_text(double seconds);

}  // namespace sferic::detail
