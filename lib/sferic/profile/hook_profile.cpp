#include <sferic/profile/hook_profile.hpp>

#include <sferic/profile/detail/profile_table.hpp>
#include <sferic/profile/detail/profile_text.hpp>
#include <sferic/signal/slot_info.hpp>

#include <algorithm>

namespace sferic {

std::string EventProfile::label_of(HandlerProfile const& handler) const {
  auto const same = std::count_if(handlers.begin(), handlers.end(),
                                  [&](auto const& each) { return each.name == handler.name; });
  if (same > 1 && !handler.where.empty()) return handler.name + " at " + handler.where;
  return SlotInfo{.name = handler.name, .where = handler.where}.text();
}

std::string HookProfile::text() const { return detail::profile_table(*this); }
std::string HookProfile::json() const { return detail::profile_json(*this); }
std::string HookProfile::csv() const { return detail::profile_csv(*this); }

}  // namespace sferic
