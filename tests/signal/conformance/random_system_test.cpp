// Signals that emit each other along a random graph, which changes, also while they emit.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <deque>
#include <iterator>
#include <map>
#include <memory>
#include <random>

#include "signal/conformance/sides.hpp"

namespace sferic::test {
namespace {

/// What goes from signal to signal.
struct Wave {
  int distance;
  int horizon;
  bool deletes;
};

template <class Side>
class System {
 public:
  explicit System(unsigned seed) : random_(seed) {}

  void add_signal() { nodes_.emplace(next_++, std::make_shared<Node>()); }
  void remove_signal() { nodes_.erase(any_signal()); }

  /// The slot of an edge ends with the signal it leads to.
  void connect() {
    int const from = any_signal();
    int const to = any_signal();
    auto const& target = nodes_.at(to);
    auto arrive = [this, to, counted = Counted(bridges_)](Wave const& wave) { reach(to, wave); };
    auto connection = Side::connect_tracked(nodes_.at(from)->signal, arrive, target);
    auto& edge = nodes_.at(from)->edges[to];
    edge.disconnect();
    edge = connection;
  }

  void disconnect() {
    auto& edges = nodes_.at(any_signal())->edges;
    if (edges.empty()) return;
    edges.begin()->second.disconnect();
    edges.erase(edges.begin());
  }

  /// Removes signals, running ones too, while a wave goes through the system.
  void propagate_and_delete() {
    distances_.clear();
    int const start = any_signal();
    distances_[start] = 0;
    auto const kept = nodes_.at(start);
    kept->signal.emit({0, 4, true});
  }

  void expect_waves_to_take_the_shortest_ways() {
    int const start = any_signal();
    distances_.clear();
    distances_[start] = 0;
    nodes_.at(start)->signal.emit({0, 10, false});
    EXPECT_EQ(distances_, distances_by_search(start, 10));
  }

  void expect_slots_for_the_edges_between_living_signals() const {
    for (auto const& [id, node] : nodes_) {
      std::size_t living = 0;
      for (auto const& [to, connection] : node->edges) {
        EXPECT_EQ(connection.connected(), nodes_.contains(to));
        living += nodes_.contains(to) ? 1 : 0;
      }
      EXPECT_EQ(node->signal.slot_count(), living);
    }
  }

  int bridges_after_the_end() {
    nodes_.clear();
    return bridges_;
  }

  std::size_t size() const { return nodes_.size(); }
  unsigned random() { return static_cast<unsigned>(random_()); }

 private:
  struct Node {
    SignalOf<Side, Wave> signal;
    std::map<int, ConnectionOf<Side>> edges;
  };

  int any_signal() {
    auto const step = static_cast<std::ptrdiff_t>(random() % nodes_.size());
    return std::next(nodes_.begin(), step)->first;
  }

  void reach(int id, Wave wave) {
    ++wave.distance;
    auto const [known, fresh] = distances_.try_emplace(id, wave.distance);
    if (!fresh && known->second <= wave.distance && !wave.deletes) return;
    known->second = std::min(known->second, wave.distance);
    if (wave.deletes && size() > 1 && random() % 20 == 0) return remove_signal();
    if (wave.distance == wave.horizon) return;
    auto const found = nodes_.find(id);
    if (found != nodes_.end()) found->second->signal.emit(wave);
  }

  std::map<int, int> distances_by_search(int start, int horizon) const {
    std::map<int, int> distances{{start, 0}};
    for (std::deque<int> open{start}; !open.empty(); open.pop_front()) {
      int const distance = distances.at(open.front()) + 1;
      if (distance > horizon) continue;
      for (auto const& [to, connection] : nodes_.at(open.front())->edges) {
        if (nodes_.contains(to) && distances.try_emplace(to, distance).second) open.push_back(to);
      }
    }
    return distances;
  }

  std::minstd_rand random_;
  std::atomic<int> bridges_{0};
  std::map<int, int> distances_;
  std::map<int, std::shared_ptr<Node>> nodes_;
  int next_ = 0;
};

template <class Side>
class RandomSystem : public ::testing::Test {};
TYPED_TEST_SUITE(RandomSystem, Sides, SideNames);

TYPED_TEST(RandomSystem, OfSignalsThatEmitEachOtherFollowsItsGraph) {
  for (unsigned seed = 1; seed <= 20 && !this->HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    System<TypeParam> system(seed);
    for (int step = 0; step < 200 && !this->HasFailure(); ++step) {
      while (system.size() < 2) {
        for (int i = 0; i < 12; ++i) system.add_signal();
        for (int i = 0; i < 20; ++i) system.connect();
      }
      switch (system.random() % 10) {
        case 0:
          system.add_signal();
          break;
        case 1:
          system.remove_signal();
          break;
        case 2:
        case 3:
        case 4:
          system.connect();
          break;
        case 5:
          system.disconnect();
          break;
        case 6:
          system.propagate_and_delete();
          break;
        default:
          system.expect_waves_to_take_the_shortest_ways();
      }
      system.expect_slots_for_the_edges_between_living_signals();
    }
    EXPECT_EQ(system.bridges_after_the_end(), 0);
  }
}

}  // namespace
}  // namespace sferic::test
