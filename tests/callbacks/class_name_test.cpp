#include <sferic/callbacks/detail/class_name.hpp>

#include <gtest/gtest.h>

namespace sferic::test {
namespace {

TEST(ClassNameTest, HasNoNamespacesButThoseOfTemplateArguments) {
  using detail::class_name;
  EXPECT_EQ(class_name("Vae"), "Vae");
  EXPECT_EQ(class_name("shop::nets::Vae"), "Vae");
  EXPECT_EQ(class_name("(anonymous namespace)::Vae"), "Vae");
  EXPECT_EQ(class_name("train(shop::Options const&)::Vae"), "Vae");
  EXPECT_EQ(class_name("shop::Gan<shop::Small, std::pair<a::B, c::D> >"),
            "Gan<shop::Small, std::pair<a::B, c::D> >");
}

}  // namespace
}  // namespace sferic::test
