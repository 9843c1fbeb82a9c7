#pragma once

#include <sferic/profile/hook_profile.hpp>
#include <sferic/signal/emission_observer.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace sferic {

/// Measures what the emissions that it observes cost, and each call in them:
///
///   auto profiler = std::make_shared<sferic::EmissionProfiler>();
///   auto observation = trainer.bus().observe(profiler);
///   trainer.fit(net, loader);
///   std::puts(profiler->profile().text().c_str());
///
/// Adds 25 to 50 ns to a call, mostly readings of the clock. Threads that emit count by themselves,
/// without a lock; any thread may ask for the profile meanwhile.
class EmissionProfiler final : public EmissionObserver {
 public:
  EmissionProfiler();
  ~EmissionProfiler() override;

  /// What has been measured so far.
  [[nodiscard]] HookProfile profile() const;

  std::size_t number_of_signal(std::string_view name) override;
  std::size_t number_of_slot(std::size_t signal, SlotInfo const& slot) override;
  void emission_begins(std::size_t signal, Time now) noexcept override;
  void call_ends(std::size_t slot, Time began, Time now) noexcept override;
  void emission_ends(std::size_t signal, Time began, Time now) noexcept override;

 private:
  struct State;
  static double measured_overhead();
  std::unique_ptr<State> state_;
};

}  // namespace sferic
