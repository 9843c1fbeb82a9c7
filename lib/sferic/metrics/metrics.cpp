#include <sferic/metrics/metrics.hpp>

#include <sferic/media/to_histogram.hpp>
#include <sferic/media/to_image.hpp>
#include <sferic/metrics/detail/store.hpp>

#include <torch/types.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

namespace sferic {

namespace {

std::string quoted_names(std::map<std::string, detail::Shown, std::less<>> const& shown) {
  std::string names;
  for (auto const& [name, value] : shown) names += (names.empty() ? "`" : ", `") + name + "`";
  return names.empty() ? "nothing" : names;
}

}  // namespace

Metrics::Metrics() : store_(std::make_unique<Store>()) {}
Metrics::~Metrics() = default;
Metrics::Metrics(Metrics&&) noexcept = default;
Metrics& Metrics::operator=(Metrics&&) noexcept = default;

void Metrics::log(std::string_view name, at::Tensor const& value, LogOptions options) {
  if (!value.defined() || value.numel() != 1) {
    throw std::invalid_argument(
        "log(`" + std::string(name) + "`): the value must be a tensor of one element, but has " +
        (value.defined() ? std::to_string(value.numel()) : std::string("no storage")));
  }
  if (value.device().is_cpu()) {
    store_->log(name, value.item<double>(), options);
  } else {
    // A copy, since the caller's tensor may be changed before somebody reads it.
    auto const copy =
        value.detach().to(detail::widest_type(value), /*non_blocking=*/false, /*copy=*/true);
    store_->log(name, copy.squeeze(), options);
  }
}

void Metrics::log(std::string_view name, double value, LogOptions options) {
  store_->log(name, value, options);
}

void Metrics::log_image(std::string_view name, at::Tensor const& pixels) {
  if (media_is_heard()) log_image(name, to_image(pixels));
}

void Metrics::log_image(std::string_view name, Image image) { store_->log(name, std::move(image)); }

void Metrics::log_histogram(std::string_view name, at::Tensor const& values) {
  if (media_is_heard()) store_->log(name, to_histogram(values));
}

void Metrics::log_text(std::string_view name, std::string text) {
  store_->log(name, std::move(text));
}

bool Metrics::media_is_heard() const noexcept { return store_->media_is_heard; }

std::optional<double> Metrics::get(std::string_view name) const {
  auto const found = store_->shown.find(name);
  if (found == store_->shown.end()) return std::nullopt;
  return detail::number(found->second.value);
}

double Metrics::at(std::string_view name) const {
  if (auto const value = get(name)) return *value;
  throw std::out_of_range("no value `" + std::string(name) + "` has been logged; there is " +
                          quoted_names(store_->shown));
}

std::vector<LoggedValue> Metrics::all() const {
  std::vector<LoggedValue> values;
  for (auto const& [name, shown] : store_->shown)
    values.push_back({name, detail::number(shown.value)});
  return values;
}

std::vector<LoggedValue> Metrics::progress_bar() const {
  std::vector<std::pair<std::size_t, LoggedValue>> ranked;
  for (auto const& [name, shown] : store_->shown) {
    if (shown.progress_bar) ranked.push_back({shown.rank, {name, detail::number(shown.value)}});
  }
  std::sort(ranked.begin(), ranked.end(),
            [](auto const& left, auto const& right) { return left.first < right.first; });
  std::vector<LoggedValue> values;
  for (auto& [rank, value] : ranked) values.push_back(std::move(value));
  return values;
}

void Metrics::select(Scope scope) noexcept { store_->scope = scope; }

void Metrics::start_epoch(Scope scope) {
  select(scope);
  store_->epoch().clear();
}

void Metrics::end_epoch() {
  for (auto& [name, series] : store_->epoch()) {
    if (series.on_epoch) store_->show_total(name, series);
  }
}

void Metrics::start_batch(std::int64_t samples) noexcept {
  store_->batch_samples = static_cast<double>(samples);
}

void Metrics::end_batch() noexcept { store_->batch_samples.reset(); }

std::vector<LoggedValue> Metrics::take_new() {
  std::vector<LoggedValue> values;
  for (auto const& [name, shown] : store_->shown) {
    if (shown.written == store_->now) values.push_back({name, detail::number(shown.value)});
  }
  drop_new();
  return values;
}

void Metrics::drop_new() noexcept { ++store_->now; }

std::vector<LoggedMedia> Metrics::take_new_media() noexcept {
  return std::exchange(store_->media, {});
}

bool Metrics::has_new_media() const noexcept { return !store_->media.empty(); }

void Metrics::hear_media(bool is_heard) noexcept { store_->media_is_heard = is_heard; }

void Metrics::clear() {
  bool const is_heard = media_is_heard();
  *store_ = Store();
  hear_media(is_heard);
}

}  // namespace sferic
