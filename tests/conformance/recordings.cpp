#include "conformance/recordings.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>

namespace sferic::conformance {

namespace {

std::optional<std::string> difference(Json const& recorded, Check const& check) {
  try {
    return check(recorded);
  } catch (std::exception const& error) {
    return error.what();
  }
}

std::string name_of(Json const& recorded, std::int64_t number) {
  auto const unnamed = "case_" + std::to_string(number);
  if (!recorded.is_object()) return unnamed;
  auto const name = recorded.find("name");
  return name != recorded.end() && name->is_string() ? name->get<std::string>() : unnamed;
}

}  // namespace

std::filesystem::path recordings_folder() {
  auto const* const named = std::getenv("SFERIC_CONFORMANCE_DIR");
  return named && *named ? named : SFERIC_RECORDINGS;
}

bool has_recordings(std::filesystem::path const& folder) {
  constexpr char const* kFiles[] = {"event_traces.json", "training.json", "early_stopping.json",
                                    "model_checkpoint.json"};
  return std::any_of(std::begin(kFiles), std::end(kFiles),
                     [&](auto const* file) { return exists(folder / file); });
}

Json cases_of(std::filesystem::path const& file) {
  std::ifstream stream(file);
  try {
    auto const content = Json::parse(stream);
    JsonFields fields(content, "");
    fields.find("source");
    auto cases = fields.at("cases");
    fields.finish();
    if (!cases.is_array() || cases.empty()) refuse("cases", "a list of cases", cases);
    return cases;
  } catch (std::exception const& error) {
    throw NotUnderstood(file.string() + ": " + error.what());
  }
}

Agreement check_cases(Json const& cases, std::string_view plural, Check const& check,
                      std::ostream& out) {
  Agreement result;
  for (auto const& recorded : cases) {
    auto const name = name_of(recorded, result.cases++);
    if (auto const differs = difference(recorded, check)) {
      out << "FAIL " << name << ": " << *differs << std::endl;
    } else {
      ++result.agree;
      out << "ok   " << name << std::endl;
    }
  }
  out << result.agree << " of " << result.cases << ' ' << plural << " agree" << std::endl;
  return result;
}

}  // namespace sferic::conformance
