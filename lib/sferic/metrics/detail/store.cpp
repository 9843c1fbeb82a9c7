#include <sferic/metrics/detail/store.hpp>

#include <stdexcept>
#include <utility>

namespace sferic {

namespace {

void check_name(std::string_view name) {
  if (name.empty()) throw std::invalid_argument("log(name, value): name must not be empty");
}

}  // namespace

double detail::number(LoggedNumber const& value) {
  if (auto const* const tensor = std::get_if<at::Tensor>(&value)) return tensor->item<double>();
  return std::get<double>(value);
}

void Metrics::Store::log(std::string_view name, detail::LoggedNumber value,
                         LogOptions const& options) {
  detail::Series& known = series_for(name, options);
  if (known.on_step) {
    if (known.on_epoch) show(std::string(name) + "_step", value, false, now);
    show(name, value, options.progress_bar, known.on_epoch ? 0 : now);
  }
  if (known.on_epoch) {
    double const weight = batch_samples.value_or(1);
    std::visit([&](auto const& given) { known.total.add(given, weight); }, value);
    known.total_written = 0;
    known.of_all_ranks.reset();
    if (!batch_samples) show_total(name, known);
  }
}

void Metrics::Store::log(std::string_view name,
                         std::variant<Image, Histogram, std::string> content) {
  check_name(name);
  if (media_is_heard) media.push_back({std::string(name), std::move(content)});
}

detail::Series& Metrics::Store::series_for(std::string_view name, LogOptions const& options) {
  bool const in_training_batch = batch_samples && scope == Scope::kTraining;
  bool const on_step =
      options.on_step.value_or(in_training_batch || !options.on_epoch.value_or(true));
  bool const on_epoch = options.on_epoch.value_or(!on_step);
  auto found = epoch().find(name);
  if (found == epoch().end()) {
    check_name(name);
    detail::Series fresh{on_step, on_epoch, options, detail::Accumulator(options.reduce)};
    found = epoch().emplace(std::string(name), std::move(fresh)).first;
  }
  detail::Series const& known = found->second;
  if (known.on_step != on_step || known.on_epoch != on_epoch ||
      known.options.reduce != options.reduce) {
    throw std::invalid_argument("log(`" + std::string(name) +
                                "`): was logged with other options before in this epoch");
  }
  found->second.options.sync = options.sync;  // which checkpoints don't keep
  return found->second;
}

void Metrics::Store::show_total(std::string_view name, detail::Series& series) {
  auto const total = series.of_all_ranks ? series.of_all_ranks : series.total.value();
  if (!total) return;
  if (series.total_written == 0) series.total_written = now;
  auto const written = series.total_written;
  if (series.on_step) show(std::string(name) + "_epoch", *total, false, written);
  show(name, *total, series.options.progress_bar, series.on_step ? 0 : written);
}

void Metrics::Store::show(std::string_view name, detail::LoggedNumber value, bool progress_bar,
                          std::uint64_t written) {
  auto const found = shown.find(name);
  if (found == shown.end()) {
    shown.emplace(std::string(name),
                  detail::Shown{std::move(value), progress_bar, shown.size(), written});
  } else {
    found->second.value = std::move(value);
    found->second.progress_bar = progress_bar;
    found->second.written = written;
  }
}

}  // namespace sferic
