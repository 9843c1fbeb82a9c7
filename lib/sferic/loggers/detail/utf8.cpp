#include <sferic/loggers/detail/utf8.hpp>

#include <nlohmann/json.hpp>

namespace sferic::detail {

std::string valid_utf8(std::string const& text) {
  using Json = nlohmann::json;
  return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace sferic::detail
