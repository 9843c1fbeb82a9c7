// Random programs do the same to signals and to a model of the emission contract.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "signal/model/program.hpp"
#include "signal/model/settings.hpp"

namespace sferic::test::model {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes random_bytes(std::uint64_t seed, std::size_t longest) {
  std::mt19937_64 random(seed);
  Bytes bytes(8 + random() % longest);
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::uint8_t>(random()); });
  return bytes;
}

bool fails(Bytes const& bytes) {
  Program program{Decisions(bytes)};
  program.run();
  return !program.failure().empty();
}

/// Leaves out what the failure does not need, in ever smaller pieces, and simplifies the rest.
Bytes shrunk(Bytes bytes) {
  auto const try_instead = [&](Bytes const& tried) {
    if (!fails(tried)) return false;
    bytes = tried;
    return true;
  };
  for (std::size_t piece = bytes.size() / 2; piece > 0; piece /= 2) {
    for (std::size_t at = 0; at + piece <= bytes.size();) {
      Bytes tried = bytes;
      auto const begin = tried.begin() + static_cast<std::ptrdiff_t>(at);
      tried.erase(begin, begin + static_cast<std::ptrdiff_t>(piece));
      if (!try_instead(tried)) at += piece;
    }
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    Bytes tried = bytes;
    tried[at] = 0;
    if (bytes[at] != 0) try_instead(tried);
  }
  return bytes;
}

std::string trace(Bytes const& bytes) {
  std::ostringstream trace;
  Program(Decisions(bytes), &trace).run();
  return trace.str();
}

/// How long the random programs of a test are; an operation takes about four bytes.
struct Length {
  std::size_t bytes;
  std::uint64_t operations;  ///< in all, where nobody asks for more
  friend std::ostream& operator<<(std::ostream& out, Length const& length) {
    return out << length.bytes;
  }
};

class Model : public ::testing::TestWithParam<Length> {};

TEST_P(Model, AgreesWithSignalsInRandomPrograms) {
  std::uint64_t seed = setting("SFERIC_MODEL_SEED", 1);
  std::uint64_t const wanted = setting("SFERIC_MODEL_OPERATIONS", GetParam().operations);
  bool const is_traced = setting("SFERIC_MODEL_TRACE", 0) != 0;
  for (std::uint64_t done = 0; done < wanted; ++seed) {
    Bytes const bytes = random_bytes(seed, GetParam().bytes);
    if (is_traced) std::cout << "seed " << seed << std::endl;
    Program program(Decisions(bytes), is_traced ? &std::cout : nullptr);
    program.run();
    done += program.operations();
    ASSERT_EQ(program.failure(), "") << "again by SFERIC_MODEL_SEED=" << seed
                                     << " SFERIC_MODEL_OPERATIONS=1; the shortest such program:\n"
                                     << trace(shrunk(bytes));
  }
}

INSTANTIATE_TEST_SUITE_P(UpToBytes, Model,
                         ::testing::Values(Length{60, 500'000}, Length{250, 400'000},
                                           Length{1000, 200'000}, Length{4000, 50'000}),
                         ::testing::PrintToStringParamName());

}  // namespace
}  // namespace sferic::test::model
