#include <sferic/loggers/detail/hparams_file.hpp>

#include <sferic/loggers/detail/json_number.hpp>
#include <sferic/loggers/detail/log_record.hpp>
#include <sferic/persistence/detail/new_file.hpp>

#include <nlohmann/json.hpp>

#include <string>

namespace sferic::detail {

namespace {

nlohmann::ordered_json to_json(HyperParameter const& parameter) {
  constexpr Overloaded kToJson{[](double number) { return json_number(number); },
                               [](auto const& other) { return nlohmann::ordered_json(other); }};
  return std::visit(kToJson, parameter.value);
}

}  // namespace

void write_hparams(std::filesystem::path const& folder,
                   std::vector<HyperParameter> const& hparams) {
  auto object = nlohmann::ordered_json::object();
  for (auto const& parameter : hparams) object[parameter.name] = to_json(parameter);
  auto const text = object.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  NewFile file(folder / "hparams.json");
  file.write(text.data(), text.size());
  file.commit();
}

}  // namespace sferic::detail
