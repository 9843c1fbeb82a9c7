#include <sferic/loggers/detail/log_record.hpp>

namespace sferic::detail {

namespace {

std::size_t bytes_of(LoggedMedia const& media) {
  constexpr Overloaded kContent{[](Image const& image) {
    return image.pixels.size();
  }, [](Histogram const& histogram) { return 2 * sizeof(double) * histogram.limits.size(); },
                                [](std::string const& text) { return text.size(); }};
  return sizeof media + media.name.size() + std::visit(kContent, media.content);
}

}  // namespace

std::size_t bytes_of(LogRecord const& record) {
  auto bytes = sizeof record;
  if (auto const* const values = std::get_if<std::vector<LoggedValue>>(&record.content)) {
    for (auto const& value : *values) bytes += sizeof value + value.name.size();
  } else if (auto const* const media = std::get_if<std::vector<LoggedMedia>>(&record.content)) {
    for (auto const& each : *media) bytes += bytes_of(each);
  }
  return bytes;
}

}  // namespace sferic::detail
