#include <sferic/callbacks/detail/stat_sampler.hpp>

#include <exception>
#include <utility>

namespace sferic::detail {

StatSampler::StatSampler(std::vector<StatSource> sources, std::chrono::duration<double> interval)
    : interval_(interval) {
  for (auto& source : sources) {
    for (auto const& stat : source.stats) keys_.push_back(stat.key);
    sources_.push_back({std::move(source)});
  }
  read_all();
  thread_ = std::jthread([this](std::stop_token const& stop) { run(stop); });
}

void StatSampler::run(std::stop_token const& stop) {
  std::mutex waiting;  // another one than that of the values, so that it is free all the time
  std::unique_lock lock(waiting);
  while (true) {
    stopping_.wait_for(lock, stop, interval_, [] { return false; });
    if (stop.stop_requested()) return;
    read_all();
  }
}

void StatSampler::read_all() {
  std::vector<std::optional<double>> values;
  values.reserve(keys_.size());
  for (auto& watched : sources_) {
    for (auto const& stat : watched.source.stats) values.push_back(read(watched, stat));
  }
  {
    std::lock_guard const lock(mutex_);
    newest_ = std::move(values);
  }
  samples_.fetch_add(1, std::memory_order_release);
}

/// A device may fail for a while only: it is asked again each time, and complained of once.
std::optional<double> StatSampler::read(Watched& watched, Stat const& stat) {
  std::string what = "an error of unknown type";
  try {
    return stat.read();
  } catch (std::exception const& error) {
    what = error.what();
  } catch (...) {  // what it is has no words
  }
  if (std::exchange(watched.has_failed, true)) return std::nullopt;
  std::lock_guard const lock(mutex_);
  errors_.push_back(stat.key + ": " + what);
  return std::nullopt;
}

std::vector<std::optional<double>> StatSampler::newest() const {
  std::lock_guard const lock(mutex_);
  return newest_;
}

std::vector<std::string> StatSampler::take_errors() {
  std::lock_guard const lock(mutex_);
  return std::exchange(errors_, {});
}

}  // namespace sferic::detail
