#include <gtest/gtest.h>

#include <optional>

#include "support/temporary_folder.hpp"
#include "trainer/resume_support.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

/// How the training goes that is interrupted.
enum class Course { kToItsEnd, kToMaxSteps, kToAStopThatWaits };

struct Point {
  char const* event;
  std::int64_t nth;
  bool by_request;
  Course course;

  friend void PrintTo(Point const& point, std::ostream* out) {
    *out << (point.by_request ? "requested at " : "saved at ") << point.event << " " << point.nth;
  }
};

/// A process in which the training begins or goes on.
class Part {
 public:
  explicit Part(Course course, std::string rows = {}) : session_(options(course)) {
    session_.rows = std::move(rows);
    if (course != Course::kToAStopThatWaits) return;
    session_.trainer.on<event::ValidationEnd>([](auto const& e) {
      if (e.progress.optimizer_steps == 2) e.control.stop("as soon as it may");
    });
  }

  Session& session() { return session_; }

  /// Whether it came to its end.
  bool fit(fs::path const& from) {
    try {
      session_.fit(from);
      return true;
    } catch (SaveAndStop::Killed const&) {
      return false;
    }
  }

 private:
  static TrainerOptions options(Course course) {
    if (course == Course::kToMaxSteps) return {.max_epochs = 3, .max_steps = 5};
    if (course == Course::kToAStopThatWaits) return {.max_epochs = 6, .min_epochs = 2};
    return {.max_epochs = 3};
  }

  Session session_;
};

class ResumedAt : public testing::TestWithParam<Point> {
 protected:
  Outcome without_a_break() const {
    Part part(GetParam().course);
    EXPECT_TRUE(part.fit({}));
    return part.session().outcome();
  }

  TemporaryFolder const folder_;
  fs::path const path_ = folder_.path() / "at.ckpt";
};

/// Ended once where the case says, and once again two batches later.
TEST_P(ResumedAt, ATrainingEndsAsTheOneThatWasNeverStopped) {
  auto const [event, nth, by_request, course] = GetParam();
  auto const whole = without_a_break();
  std::string rows;
  {
    Part first(course);
    SaveAndStop saving{first.session().trainer, path_, event, nth, by_request};
    auto const connected = first.session().trainer.attach(saving);
    if (first.fit({})) {  // such an event only the longest course is sure to have
      EXPECT_NE(course, Course::kToItsEnd);
      return;
    }
    rows = first.session().rows;
  }
  ASSERT_TRUE(fs::exists(path_));
  {
    Part second(course, rows);
    SaveAndStop saving{second.session().trainer, path_, "batch_end", 2, true};
    auto const connected = second.session().trainer.attach(saving);
    if (second.fit(path_)) {
      return expect_same(second.session().outcome(), whole, by_request);
    }
    rows = second.session().rows;
  }
  Part third(course, rows);
  ASSERT_TRUE(third.fit(path_));
  expect_same(third.session().outcome(), whole, by_request);
}

std::vector<Point> all_points() {
  std::vector<Point> points;
  auto const add_all = [&](bool by_request, Course course) {
    auto const add = [&](char const* event, std::vector<std::int64_t> const& numbers) {
      for (auto const nth : numbers) points.push_back({event, nth, by_request, course});
    };
    add("sanity_check_start", {1});
    add("sanity_check_end", {1});
    add("train_start", {1});
    add("epoch_start", {1, 2, 4});
    add("train_epoch_start", {1, 3});
    add("train_batch_end", {1, 2, 3, 4, 6, 7, 8, 9, 14, 20, 21});
    add("batch_end", {1, 5, 7, 21});
    add("validation_start", {1, 2, 6});
    add("validation_epoch_start", {1, 4});
    add("validation_batch_end", {1, 2, 3, 4, 5, 6, 11, 29, 30});
    add("validation_epoch_end", {1, 2, 6});
    add("validation_end", {1, 2, 5, 6});
    add("train_epoch_end", {1, 2, 3});
    add("epoch_end", {1, 2, 3, 6, 9});
    add("train_end", {1});
  };
  for (auto const course : {Course::kToItsEnd, Course::kToMaxSteps, Course::kToAStopThatWaits}) {
    add_all(false, course);
    add_all(true, course);
  }
  return points;
}

std::string name_of(testing::TestParamInfo<Point> const& tested) {
  constexpr char const* kCourses[] = {"ToItsEnd_", "ToMaxSteps_", "ToAStop_"};
  auto const& point = tested.param;
  return kCourses[static_cast<int>(point.course)] +
         std::string(point.by_request ? "Requested_" : "Saved_") + point.event + "_" +
         std::to_string(point.nth);
}

INSTANTIATE_TEST_SUITE_P(Everywhere, ResumedAt, testing::ValuesIn(all_points()), name_of);

}  // namespace
}  // namespace sferic::test
