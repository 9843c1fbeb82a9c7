#include <sferic/events/batch_ref.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <type_traits>
#include <typeinfo>

namespace sferic::test {
namespace {

struct Images {
  int count = 0;
};
struct Words {};

static_assert(std::is_copy_constructible_v<BatchRef>);
static_assert(!std::is_convertible_v<Images&, BatchRef>);

TEST(BatchRef, GivesTheBatchItselfWhichMayBeChanged) {
  Images images{3};
  BatchRef const batch(images);
  EXPECT_EQ(&batch.get<Images>(), &images);
  batch.get<Images>().count = 4;
  EXPECT_EQ(images.count, 4);
  EXPECT_EQ(batch.get_if<Images>(), &images);
}

TEST(BatchRef, GivesNothingOfAnotherType) {
  Images images;
  BatchRef const batch(images);
  EXPECT_EQ(batch.get_if<Words>(), nullptr);
}

TEST(BatchRef, NamesBothTypesWhenAskedForTheWrongOne) {
  Images images;
  BatchRef const batch(images);
  try {
    static_cast<void>(batch.get<Words>());
    FAIL() << "nothing was thrown";
  } catch (std::invalid_argument const& error) {
    std::string const message = error.what();
    EXPECT_NE(message.find(typeid(Images).name()), std::string::npos) << message;
    EXPECT_NE(message.find(typeid(Words).name()), std::string::npos) << message;
  }
}

TEST(BatchRef, MayBeMadeFromAnAddressAndAType) {
  Images images{3};
  BatchRef const batch(&images, typeid(Images));
  EXPECT_EQ(batch.get<Images>().count, 3);
}

TEST(BatchRef, CopiesReferToTheSameBatch) {
  Images images;
  BatchRef const batch(images);
  BatchRef const copy = batch;
  EXPECT_EQ(&copy.get<Images>(), &images);
}

}  // namespace
}  // namespace sferic::test
