#include <sferic/metrics/metrics.hpp>

#include <sferic/metrics/accumulator.hpp>

#include <torch/types.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>
#include <variant>

namespace sferic {

namespace {

/// A number, or a tensor of another device than the CPU, which is read when somebody asks.
using Value = std::variant<double, at::Tensor>;

double number(Value const& value) {
  if (auto const* const tensor = std::get_if<at::Tensor>(&value)) return tensor->item<double>();
  return std::get<double>(value);
}

/// What one name logs in the present epoch.
struct Series {
  bool on_step;
  bool on_epoch;
  LogOptions options;
  detail::Accumulator total;
  std::uint64_t total_written = 0;  ///< when the total became readable; 0: not as it is now
};

/// What can be read under one name.
struct Shown {
  Value value;
  bool progress_bar;
  std::size_t rank;  ///< counts the names as they come
  std::uint64_t written = 0;
};

std::string quoted_names(std::map<std::string, Shown, std::less<>> const& shown) {
  std::string names;
  for (auto const& [name, value] : shown) names += (names.empty() ? "`" : ", `") + name + "`";
  return names.empty() ? "nothing" : names;
}

}  // namespace

struct Metrics::Store {
  using Epoch = std::map<std::string, Series, std::less<>>;
  Epoch epochs[2];  ///< by scope
  Scope scope = Scope::kTraining;
  std::map<std::string, Shown, std::less<>> shown;
  std::optional<double> batch_samples;  ///< within a batch
  std::uint64_t now = 1;                ///< what is written now is new until this changes

  Epoch& epoch() { return epochs[static_cast<int>(scope)]; }

  void log(std::string_view name, Value value, LogOptions const& options) {
    Series& known = series_for(name, options);
    if (known.on_step) {
      if (known.on_epoch) show(std::string(name) + "_step", value, false, now);
      show(name, value, options.progress_bar, known.on_epoch ? 0 : now);
    }
    if (known.on_epoch) {
      double const weight = batch_samples.value_or(1);
      std::visit([&](auto const& given) { known.total.add(given, weight); }, value);
      known.total_written = 0;
      if (!batch_samples) show_total(name, known);
    }
  }

  Series& series_for(std::string_view name, LogOptions const& options) {
    bool const in_training_batch = batch_samples && scope == Scope::kTraining;
    bool const on_step =
        options.on_step.value_or(in_training_batch || !options.on_epoch.value_or(true));
    bool const on_epoch = options.on_epoch.value_or(!on_step);
    auto found = epoch().find(name);
    if (found == epoch().end()) {
      if (name.empty()) throw std::invalid_argument("log(name, value): name must not be empty");
      Series fresh{on_step, on_epoch, options, detail::Accumulator(options.reduce), 0};
      found = epoch().emplace(std::string(name), std::move(fresh)).first;
    }
    Series const& known = found->second;
    if (known.on_step != on_step || known.on_epoch != on_epoch ||
        known.options.reduce != options.reduce) {
      throw std::invalid_argument("log(`" + std::string(name) +
                                  "`): was logged with other options before in this epoch");
    }
    return found->second;
  }

  void show_total(std::string_view name, Series& series) {
    auto const total = series.total.value();
    if (!total) return;
    if (series.total_written == 0) series.total_written = now;
    auto const written = series.total_written;
    if (series.on_step) show(std::string(name) + "_epoch", *total, false, written);
    show(name, *total, series.options.progress_bar, series.on_step ? 0 : written);
  }

  void show(std::string_view name, Value value, bool progress_bar, std::uint64_t written) {
    auto const found = shown.find(name);
    if (found == shown.end()) {
      shown.emplace(std::string(name),
                    Shown{std::move(value), progress_bar, shown.size(), written});
    } else {
      found->second.value = std::move(value);
      found->second.progress_bar = progress_bar;
      found->second.written = written;
    }
  }
};

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

std::optional<double> Metrics::get(std::string_view name) const {
  auto const found = store_->shown.find(name);
  if (found == store_->shown.end()) return std::nullopt;
  return number(found->second.value);
}

double Metrics::at(std::string_view name) const {
  if (auto const value = get(name)) return *value;
  throw std::out_of_range("no value `" + std::string(name) + "` has been logged; there is " +
                          quoted_names(store_->shown));
}

std::vector<LoggedValue> Metrics::all() const {
  std::vector<LoggedValue> values;
  for (auto const& [name, shown] : store_->shown) values.push_back({name, number(shown.value)});
  return values;
}

std::vector<LoggedValue> Metrics::progress_bar() const {
  std::vector<std::pair<std::size_t, LoggedValue>> ranked;
  for (auto const& [name, shown] : store_->shown) {
    if (shown.progress_bar) ranked.push_back({shown.rank, {name, number(shown.value)}});
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
    if (shown.written == store_->now) values.push_back({name, number(shown.value)});
  }
  drop_new();
  return values;
}

void Metrics::drop_new() noexcept { ++store_->now; }

void Metrics::clear() { *store_ = Store(); }

}  // namespace sferic
