#include <sferic/persistence/state.hpp>

#include <boost/serialization/map.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
#include <boost/serialization/version.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "support/message_of.hpp"

namespace sferic::test {

struct Everything {
  static constexpr std::string_view kStateKey = "test::Everything";
  double number = 0;
  bool flag = false;
  std::string text;
  std::vector<double> numbers;
  std::map<std::string, std::int64_t> counts;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive & number & flag & text & numbers & counts;
  }
  bool operator==(Everything const&) const = default;
};

/// As it was in its first version, when golden/patience_v0.state was written.
struct OldPatience {
  static constexpr std::string_view kStateKey = "test::Patience";
  double best = 0;
  std::int64_t waited = 0;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive & best & waited;
  }
};

/// And in its second one, when golden/patience_v1.state was written.
struct Patience {
  static constexpr std::string_view kStateKey = "test::Patience";
  double best = 0;
  std::int64_t waited = 0;
  std::string reason = "none";

  template <class Archive>
  void serialize(Archive& archive, unsigned version) {
    archive & best & waited;
    if (version >= 1) archive & reason;
  }
};

}  // namespace sferic::test

BOOST_CLASS_VERSION(sferic::test::Patience, 1)

namespace sferic::test {
namespace {

std::string golden(std::string const& name) {
  std::ifstream file(std::string(SFERIC_TESTS) + "/persistence/golden/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Everything example() {
  return {-1.5, true, std::string("a\0b", 3), {1, 2, 3}, {{"x", 1}, {"y", -2}}};
}

TEST(StateTest, IsReadAsItWasWritten) {
  Everything read;
  load_state(read, save_state(example()));
  EXPECT_EQ(read, example());
}

TEST(StateTest, KeepsInfinitiesNansAndTheSignOfZero) {
  auto written = example();
  double const infinity = std::numeric_limits<double>::infinity();
  written.numbers = {infinity, -infinity, std::nan(""), -0.0,
                     std::numeric_limits<double>::denorm_min()};
  Everything read;
  load_state(read, save_state(written));
  EXPECT_EQ(read.numbers[0], infinity);
  EXPECT_EQ(read.numbers[1], -infinity);
  EXPECT_TRUE(std::isnan(read.numbers[2]));
  EXPECT_TRUE(std::signbit(read.numbers[3]));
  EXPECT_EQ(read.numbers[4], std::numeric_limits<double>::denorm_min());
}

TEST(StateTest, OfAnOlderVersionIsReadByANewerOne) {
  Patience patience;
  load_state(patience, golden("patience_v0.state"));
  EXPECT_EQ(patience.best, -0.25);
  EXPECT_EQ(patience.waited, 3);
  EXPECT_EQ(patience.reason, "none");
}

TEST(StateTest, OfThisVersionIsReadFromAFile) {
  Patience patience;
  load_state(patience, golden("patience_v1.state"));
  EXPECT_EQ(patience.best, -0.25);
  EXPECT_EQ(patience.waited, 3);
  EXPECT_EQ(patience.reason, "steady");
}

TEST(StateTest, OfANewerVersionIsRefused) {
  OldPatience patience;
  auto const message =
      message_of<CheckpointError>([&] { load_state(patience, golden("patience_v1.state")); });
  EXPECT_NE(message.find("test::Patience"), std::string::npos) << message;
  EXPECT_NE(message.find("version"), std::string::npos) << message;
}

TEST(StateTest, ThatEndsTooEarlyOrTooLateIsRefused) {
  auto const whole = save_state(example());
  Everything read;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_THROW(load_state(read, std::string_view(whole).substr(0, length)), CheckpointError)
        << length;
  }
  auto const message = message_of<CheckpointError>([&] { load_state(read, whole + "x"); });
  EXPECT_NE(message.find("1 bytes"), std::string::npos) << message;
}

/// Whatever a byte says: no length is believed that is more than what is left.
TEST(StateTest, WithAnyByteChangedIsReadOrRefusedAndAsksForNoMoreThanThereIs) {
  auto const whole = save_state(example());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (unsigned const change : {0x01u, 0x80u, 0xffu}) {
      auto changed = whole;
      changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ change);
      Everything read;
      try {
        load_state(read, changed);
      } catch (CheckpointError const&) {
      }
      EXPECT_LE(read.text.capacity(), whole.size() + 64);
      EXPECT_LE(read.numbers.capacity(), whole.size());
    }
  }
}

}  // namespace
}  // namespace sferic::test
