#include <sferic/profile/detail/profile_text.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <optional>

namespace sferic::detail {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(Durations const& durations) {
  return {{"count", durations.count}, {"total", durations.total}, {"mean", durations.mean},
          {"p50", durations.p50},     {"p95", durations.p95},     {"p99", durations.p99},
          {"max", durations.max}};
}

Json with_share(Json json, std::optional<double> share) {
  if (share) json["share_of_step"] = *share;
  return json;
}

Json to_json(HandlerProfile const& handler) {
  return with_share({{"name", handler.name},
                     {"where", handler.where},
                     {"filter", handler.filter},
                     {"calls", to_json(handler.calls)}},
                    handler.share_of_step);
}

Json to_json(EventProfile const& event) {
  Json handlers = Json::array();
  for (auto const& handler : event.handlers) handlers.push_back(to_json(handler));
  return {{"event", event.event},
          {"emissions", to_json(event.emissions)},
          {"handlers", std::move(handlers)}};
}

/// Quoted, with quotes doubled (RFC 4180), where that is needed.
std::string field(std::string const& text) {
  if (text.find_first_of(",\"\r\n") == text.npos) return text;
  std::string quoted = "\"";
  for (char const letter : text) {
    if (letter == '"') quoted += '"';
    quoted += letter;
  }
  return quoted + '"';
}

std::string row(char const* kind, std::string const& name, HandlerProfile const& of) {
  auto const& [count, total, mean, p50, p95, p99, max] = of.calls;
  auto const share = of.share_of_step ? fmt::format("{}", *of.share_of_step) : std::string();
  return fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", kind, field(name), field(of.name),
                     field(of.where), field(of.filter), count, total, mean, p50, p95, p99, max,
                     share);
}

}  // namespace

std::string profile_json(HookProfile const& profile) {
  Json json = {{"task", profile.task},         {"seconds", profile.seconds},
               {"overhead", profile.overhead}, {"steps", to_json(profile.steps)},
               {"phases", Json::array()},      {"events", Json::array()}};
  for (auto const& phase : profile.phases) {
    json["phases"].push_back(
        with_share({{"name", phase.name}, {"times", to_json(phase.times)}}, phase.share_of_step));
  }
  for (auto const& event : profile.events) json["events"].push_back(to_json(event));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string profile_csv(HookProfile const& profile) {
  std::string text =
      "kind,name,handler,where,filter,count,total,mean,p50,p95,p99,max,share_of_step\n";
  if (profile.steps.count > 0) text += row("step", profile.task, {.calls = profile.steps});
  for (auto const& phase : profile.phases) {
    text += row("phase", phase.name, {.calls = phase.times, .share_of_step = phase.share_of_step});
  }
  for (auto const& event : profile.events) {
    text += row("event", event.event, {.calls = event.emissions});
    for (auto const& handler : event.handlers) text += row("handler", event.event, handler);
  }
  return text;
}

}  // namespace sferic::detail
