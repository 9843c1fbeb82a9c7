// A plan is a row of chains of 64 slots: what happens at their borders.

#include <sferic/signal/detail/plan.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <set>
#include <vector>

#include "signal/support.hpp"

namespace sferic::test {
namespace {

using Numbers = std::vector<std::size_t>;

/// A signal with so many slots, each of which writes down its number.
class Row {
 public:
  explicit Row(std::size_t slots) {
    for (std::size_t i = 0; i < slots; ++i) {
      connections_.push_back(signal_.connect([this, i](Tick const&) { called_.push_back(i); }));
    }
  }

  Numbers emit() {
    called_.clear();
    signal_.emit({});
    return called_;
  }

  /// All numbers but these.
  Numbers all_but(std::set<std::size_t> const& left_out) const {
    Numbers numbers;
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      if (!left_out.contains(i)) numbers.push_back(i);
    }
    return numbers;
  }

  Numbers all() const { return all_but({}); }

  /// The numbers at the chains' ends: 0, 1, 62, 63, 64, 65, 126, ..., the last.
  std::set<std::size_t> borders() const {
    std::set<std::size_t> found;
    for (std::size_t const border : {0u, 64u, 128u, 192u, 4992u}) {
      for (std::size_t i = border == 0 ? 0 : border - 2; i < border + 2; ++i) {
        if (i < connections_.size()) found.insert(i);
      }
    }
    found.insert(connections_.size() - 1);
    return found;
  }

  Connection const& operator[](std::size_t i) const { return connections_[i]; }
  Signal<Tick>& signal() { return signal_; }

 private:
  Signal<Tick> signal_;
  std::vector<Connection> connections_;
  Numbers called_;
};

class Plan : public ::testing::TestWithParam<std::size_t> {
 protected:
  Row row_{GetParam()};
};

TEST_P(Plan, CallsEachSlotOnceAndInOrder) {
  EXPECT_EQ(row_.emit(), row_.all());
  EXPECT_EQ(row_.emit(), row_.all());
  EXPECT_EQ(row_.signal().slot_count(), GetParam());
}

TEST_P(Plan, PassesBlockedSlotsAtTheBordersBy) {
  std::vector<Blocker> blockers;
  row_.emit();
  for (std::size_t const i : row_.borders()) blockers.push_back(row_[i].block());
  EXPECT_EQ(row_.emit(), row_.all_but(row_.borders()));
  blockers.clear();
  EXPECT_EQ(row_.emit(), row_.all());
}

TEST_P(Plan, IsCompiledWithBlockedSlotsAtTheBorders) {
  std::vector<Blocker> blockers;
  for (std::size_t const i : row_.borders()) blockers.push_back(row_[i].block());
  EXPECT_EQ(row_.emit(), row_.all_but(row_.borders()));
  blockers.clear();
  EXPECT_EQ(row_.emit(), row_.all());
}

TEST_P(Plan, PassesAllSlotsByIfAllAreBlocked) {
  std::vector<Blocker> blockers;
  row_.emit();
  for (std::size_t i = 0; i < GetParam(); ++i) blockers.push_back(row_[i].block());
  EXPECT_EQ(row_.emit(), Numbers{});
}

TEST_P(Plan, LosesSlotsAtTheBordersDuringAnEmission) {
  auto const borders = row_.borders();
  row_.signal().connect([&](Tick const&) {
    for (std::size_t const i : borders) row_[i].disconnect();
  }, Order::kEarly);
  EXPECT_EQ(row_.emit(), row_.all_but(borders));
  EXPECT_EQ(row_.emit(), row_.all_but(borders));
}

TEST_P(Plan, LosesItsSlotsOneByOneWhileItRuns) {
  row_.signal().disconnect_all();
  std::size_t calls = 0;
  std::vector<Connection> connections(GetParam());
  for (std::size_t i = 0; i < GetParam(); ++i) {
    connections[i] = row_.signal().connect([&, i](Tick const&) {
      ++calls;
      connections[i].disconnect();
      if (i + 1 < GetParam()) connections[i + 1].disconnect();
    });
  }
  row_.emit();
  EXPECT_EQ(calls, (GetParam() + 1) / 2) << "each slot takes the next one away";
  EXPECT_TRUE(row_.signal().empty());
}

INSTANTIATE_TEST_SUITE_P(Slots, Plan,
                         ::testing::Values(1, 2, 63, 64, 65, 127, 128, 129, 192, 193, 5000),
                         ::testing::PrintToStringParamName());

TEST(PlanException, LeavesAtEachBorder) {
  for (std::size_t const before : {0u, 1u, 62u, 63u, 64u, 65u, 127u, 128u, 129u}) {
    Row row(before);
    row.signal().connect([](Tick const&) { throw 1; });
    row.signal().connect([](Tick const&) { ADD_FAILURE() << "called after the exception"; });
    EXPECT_THROW(row.emit(), int);
  }
}

}  // namespace
}  // namespace sferic::test
