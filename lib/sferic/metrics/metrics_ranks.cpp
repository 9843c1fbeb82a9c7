#include <sferic/metrics/detail/store.hpp>
#include <sferic/metrics/metrics.hpp>

#include <algorithm>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

// Values that are reduced over several processes.

namespace sferic {

namespace {

/// What one rank knows of one name. Goes as bytes from process to process, all of which run the
/// same program.
struct Shared {
  bool is_step = false;  ///< a value of a step, else one of an epoch
  bool on_step = false;
  bool progress_bar = false;
  Reduce reduce = Reduce::kMean;
  Reduce sync = Reduce::kMean;
  double total = 0;
  double weight = 0;

  double value() const { return !is_step && reduce == Reduce::kMean ? total / weight : total; }
};
static_assert(std::is_trivially_copyable_v<Shared>);

void append(std::string& bytes, void const* data, std::size_t size) {
  bytes.append(static_cast<char const*>(data), size);
}

void append(std::string& bytes, std::string const& name, Shared const& shared) {
  auto const size = name.size();
  append(bytes, &size, sizeof(size));
  bytes += name;
  append(bytes, &shared, sizeof(shared));
}

void take(std::string_view& bytes, void* data, std::size_t size) {
  if (bytes.size() < size) throw std::runtime_error("logged values of another rank are cut short");
  std::memcpy(data, bytes.data(), size);
  bytes.remove_prefix(size);
}

/// A name logs values of steps and of epochs.
using Key = std::pair<std::string, bool>;

std::map<Key, std::vector<Shared>> by_name(std::vector<std::string> const& by_rank) {
  std::map<Key, std::vector<Shared>> names;
  for (std::string_view bytes : by_rank) {
    while (!bytes.empty()) {
      std::size_t size = 0;
      take(bytes, &size, sizeof(size));
      std::string name(std::min(size, bytes.size()), '\0');
      take(bytes, name.data(), size);
      Shared shared;
      take(bytes, static_cast<void*>(&shared), sizeof(shared));
      names[{name, shared.is_step}].push_back(shared);
    }
  }
  return names;
}

double reduced(std::vector<Shared> const& ranks) {
  auto const& first = ranks.front();
  double total = 0, weight = 0;
  if (first.sync == Reduce::kMean && first.reduce == Reduce::kMean && !first.is_step) {
    for (auto const& each : ranks) {
      total += each.total;
      weight += each.weight;
    }
    return total / weight;
  }
  detail::Accumulator all(first.sync);
  for (auto const& each : ranks) all.add(each.value(), 1);
  return all.value().value_or(0);
}

/// Where the ranks' values become one, it does not matter which rank has added up what.
bool can_be_gathered(Shared const& shared) {
  return !shared.is_step && (shared.sync == shared.reduce ||
                             (shared.reduce == Reduce::kSum && shared.sync == Reduce::kMean));
}

detail::Accumulator::Parts gathered(std::vector<Shared> const& ranks) {
  auto const reduce = ranks.front().reduce;
  detail::Accumulator total(reduce == Reduce::kMean ? Reduce::kSum : reduce);
  double weight = 0;
  for (auto const& each : ranks) {
    total.add(each.total, 1);
    weight += each.weight;
  }
  return {total.value().value_or(0), weight};
}

std::string step_name(std::string const& name, detail::Series const& series) {
  return series.on_epoch ? name + "_step" : name;
}

}  // namespace

std::string Metrics::share(Sync which) const {
  std::string bytes;
  for (auto const& [name, series] : store_->epoch()) {
    if (!series.options.sync) continue;
    Shared shared{.on_step = series.on_step,
                  .progress_bar = series.options.progress_bar,
                  .reduce = series.options.reduce,
                  .sync = *series.options.sync};
    bool const is_new = series.total_written == store_->now && !series.of_all_ranks;
    if (auto const parts = series.total.parts();
        series.on_epoch && parts && (which == Sync::kEpoch || is_new)) {
      shared.total = parts->total;
      shared.weight = parts->weight;
      append(bytes, name, shared);
    }
    auto const shown = store_->shown.find(step_name(name, series));
    if (which == Sync::kNew && series.on_step && shown != store_->shown.end() &&
        shown->second.written == store_->now) {
      shared.is_step = true;
      shared.total = detail::number(shown->second.value);
      append(bytes, name, shared);
    }
  }
  return bytes;
}

void Metrics::reduce_shared(Sync which, std::vector<std::string> const& by_rank) {
  for (auto const& [key, ranks] : by_name(by_rank)) {
    auto const& [name, is_step] = key;
    auto const& first = ranks.front();
    double const value = reduced(ranks);
    auto found = store_->epoch().find(name);
    if (found == store_->epoch().end()) {  // a rank that had no batch
      LogOptions const options{
          .reduce = first.reduce, .progress_bar = first.progress_bar, .sync = first.sync};
      detail::Series fresh{first.on_step, !is_step, options, detail::Accumulator(first.reduce)};
      found = store_->epoch().emplace(name, std::move(fresh)).first;
    }
    auto& series = found->second;
    bool const bar = series.options.progress_bar;
    if (is_step) {
      store_->show(step_name(name, series), value, !series.on_epoch && bar, store_->now);
      if (series.on_epoch) store_->show(name, value, bar, 0);
    } else {
      series.of_all_ranks = value;
      if (which == Sync::kNew) store_->show_total(name, series);
    }
  }
}

void Metrics::gather_shared(std::vector<std::string> const& by_rank, bool is_rank_zero) {
  for (auto const& [key, ranks] : by_name(by_rank)) {
    auto const found = store_->epoch().find(key.first);
    if (found == store_->epoch().end() || !can_be_gathered(ranks.front())) continue;
    auto& total = found->second.total;
    if (is_rank_zero) {
      total.set_parts(gathered(ranks));
    } else {
      total = detail::Accumulator(ranks.front().reduce);
    }
  }
}

void Metrics::drop_totals() {
  for (auto& epoch : store_->epochs) {
    for (auto& [name, series] : epoch) series.total = detail::Accumulator(series.options.reduce);
  }
}

}  // namespace sferic
