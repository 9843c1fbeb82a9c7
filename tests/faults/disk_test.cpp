// Saves to disks that are full or may not be written.

#include <sferic/persistence/checkpoint_error.hpp>

#include <gtest/gtest.h>
#include <sys/fsuid.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <unistd.h>

#include "support/full_disk.hpp"
#include "support/temporary_folder.hpp"
#include "trainer/support.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

/// While it lives the folder may not be written, not even by root.
class ReadOnly {
 public:
  explicit ReadOnly(fs::path folder) : folder_(std::move(folder)) {
    fs::permissions(folder_, fs::perms::owner_read | fs::perms::owner_exec |
                                 fs::perms::others_read | fs::perms::others_exec);
    if (geteuid() == 0) setfsuid(kNobody);
  }
  ~ReadOnly() {
    if (geteuid() == 0) setfsuid(0);
    fs::permissions(folder_, fs::perms::owner_all);
  }
  ReadOnly(ReadOnly const&) = delete;
  ReadOnly& operator=(ReadOnly const&) = delete;

 private:
  static constexpr uid_t kNobody = 65534;
  fs::path folder_;
};

class Disk : public testing::Test {
 protected:
  Disk() {
    trainer_.fit(net_, batches(3));
    trainer_.save_checkpoint(path_);
    good_ = content();
    trainer_.on<event::CheckpointFailed>([this](auto const&) { ++failed_; });
  }

  std::string content() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  void expect_that_the_good_one_survived() const {
    EXPECT_EQ(content(), good_);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 1);
    Net net;
    Trainer().load_checkpoint(net, path_);
  }

  TemporaryFolder const folder_;
  fs::path const path_ = folder_.path() / "good.ckpt";
  Net net_;
  Trainer trainer_{{.max_epochs = 1}};
  std::string good_;
  int failed_ = 0;
};

TEST_F(Disk, ThatIsFullLeavesTheLastGoodFileAtEveryLength) {
  for (std::size_t bytes = 0; bytes < good_.size(); bytes += 500) {
    FullDisk const full(bytes);
    EXPECT_THROW(trainer_.save_checkpoint(path_), CheckpointError) << bytes;
  }
  EXPECT_GT(failed_, 10);
  expect_that_the_good_one_survived();
}

TEST_F(Disk, ThatIsFullStopsTheTrainingUnlessItSaysOtherwise) {
  for (bool const in_background : {false, true}) {
    for (auto const on_error : {SaveErrors::kThrow, SaveErrors::kWarn}) {
      Trainer trainer({.max_epochs = 3});
      trainer.on<event::TrainEpochEnd>([&](auto const& e) {
        e.control.request_checkpoint(path_, {.asynchronous = in_background, .on_error = on_error});
      });
      FullDisk const full(1000);
      if (on_error == SaveErrors::kThrow) {
        EXPECT_THROW(trainer.fit(net_, batches(3)), CheckpointError);
        EXPECT_LT(trainer.progress().epochs_done, 3);
      } else {
        trainer.fit(net_, batches(3));
        EXPECT_EQ(trainer.progress().epochs_done, 3);
      }
    }
  }
  expect_that_the_good_one_survived();
}

TEST_F(Disk, WithAFolderThatMayNotBeWrittenLeavesTheLastGoodFile) {
  {
    ReadOnly const read_only(folder_.path());
    auto const message = message_of<CheckpointError>([&] { trainer_.save_checkpoint(path_); });
    EXPECT_NE(message.find("Permission denied"), std::string::npos) << message;
  }
  EXPECT_EQ(failed_, 1);
  expect_that_the_good_one_survived();
}

}  // namespace
}  // namespace sferic::test
