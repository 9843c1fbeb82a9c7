#pragma once

#include <sferic/signal/detail/topology.hpp>

#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

namespace sferic::detail {

/// The signals that one observer observes. Any thread may add one.
class ObservedSignals {
 public:
  explicit ObservedSignals(std::shared_ptr<EmissionObserver> observer);

  void add(Topology& topology, std::string_view name);
  void stop() noexcept;

 private:
  std::mutex mutex_;
  std::shared_ptr<EmissionObserver> observer_;
  std::vector<std::weak_ptr<Topology>> topologies_;
};

}  // namespace sferic::detail
