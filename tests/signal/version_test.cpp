#include <sferic/version.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

TEST(VersionTest, TheTextIsTheProjects) { EXPECT_EQ(sferic::version(), SFERIC_PROJECT_VERSION); }

TEST(VersionTest, TheNumbersAreThoseOfTheText) {
  auto const text = std::to_string(sferic::kVersionMajor) + "." +
                    std::to_string(sferic::kVersionMinor) + "." +
                    std::to_string(sferic::kVersionPatch);
  EXPECT_EQ(text, sferic::version());
}

TEST(VersionTest, AProgramMayChooseByTheVersionWhileItIsCompiled) {
  static_assert(sferic::kVersionMajor >= 0);
  static_assert(!sferic::version().empty());
}

}  // namespace
