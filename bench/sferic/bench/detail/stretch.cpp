#include <sferic/bench/detail/stretch.hpp>

#include <sferic/bench/detail/allocations.hpp>

#include <benchmark/benchmark.h>

#include <stdexcept>
#include <string>
#include <time.h>

namespace sferic::bench::detail {

namespace {

double seconds_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace

Cost Cost::now() {
  return {seconds_of(CLOCK_MONOTONIC), seconds_of(CLOCK_THREAD_CPUTIME_ID),
          static_cast<double>(allocations_of_this_thread())};
}

void Stretch::begin() {
  if (state_) state_->ResumeTiming();
  cost_ = Cost::now();
}

void Stretch::end() {
  cost_ = Cost::now() - cost_;
  if (state_) state_->PauseTiming();
}

void Stretch::check() const {
  if (taken_ > kMargin + batches_) return;
  throw std::runtime_error("the epoch was left after " + std::to_string(taken_) + " of " +
                           std::to_string(epoch()) + " batches");
}

Cost Stretch::a_batch() const {
  auto const batches = static_cast<double>(batches_);
  return {cost_.seconds / batches, cost_.cpu_seconds / batches, cost_.allocations / batches};
}

}  // namespace sferic::bench::detail
