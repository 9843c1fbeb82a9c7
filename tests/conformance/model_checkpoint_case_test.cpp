#include "conformance/model_checkpoint_case.hpp"

#include <gtest/gtest.h>

namespace sferic::conformance {

namespace {

/// The second epoch is better, and the third one no number.
Json recorded_model_checkpoint() {
  return Json::parse(R"({
    "options": {"save_top_k": 1, "monitor": "m", "mode": "min", "save_last": true,
                "filename": "{epoch}-{m:.2f}-{other}"},
    "trainer": {"max_epochs": 3}, "train_batches": 2, "values": [0.5, 0.25, "nan"],
    "files_after_each_epoch": [["epoch=0-m=0.50-other=0.ckpt", "last.ckpt"],
                               ["epoch=1-m=0.25-other=0.ckpt", "last.ckpt"],
                               ["epoch=1-m=0.25-other=0.ckpt", "last.ckpt"]],
    "best_model": "epoch=1-m=0.25-other=0.ckpt", "best_score": 0.25, "last_model": "last.ckpt",
    "kth_best": "epoch=1-m=0.25-other=0.ckpt", "kth_value": 0.25,
    "best_k": {"epoch=1-m=0.25-other=0.ckpt": 0.25}, "error": null})");
}

TEST(RecordedModelCheckpoint, ARecordedProgramIsRunAgain) {
  EXPECT_EQ(check_model_checkpoint(recorded_model_checkpoint()), std::nullopt);
}

TEST(RecordedModelCheckpoint, AnUnknownKeyIsRefusedAnywhere) {
  for (auto const* const pointer : {"/x", "/options/x", "/trainer/x"}) {
    auto changed = recorded_model_checkpoint();
    changed[Json::json_pointer(pointer)] = 1;
    try {
      model_checkpoint_case(changed);
      ADD_FAILURE() << pointer;
    } catch (NotUnderstood const& error) {
      EXPECT_TRUE(std::string_view(error.what()).starts_with("unknown key: ")) << error.what();
    }
  }
}

TEST(RecordedModelCheckpoint, WhenToSaveLastIsYesNoOrByALink) {
  auto changed = recorded_model_checkpoint();
  auto const& parsed = [&](Json const& value) {
    changed["options"]["save_last"] = value;
    return model_checkpoint_case(changed).config.options.save_last;
  };
  EXPECT_EQ(parsed(nullptr), SaveLast::kNone);
  EXPECT_EQ(parsed(false), SaveLast::kNone);
  EXPECT_EQ(parsed(true), SaveLast::kFile);
  EXPECT_EQ(parsed("link"), SaveLast::kLink);
  EXPECT_THROW(parsed("copy"), NotUnderstood);
}

TEST(RecordedModelCheckpoint, AChangedResultIsToldByItsName) {
  struct {
    char const* pointer;
    Json value;
    char const* message;
  } const kChanges[] = {
      {"/files_after_each_epoch/1", Json::array({"last.ckpt"}),
       "files after epoch 1: expected [last.ckpt], got [epoch=1-m=0.25-other=0.ckpt, last.ckpt]"},
      {"/files_after_each_epoch/3", Json::array(),
       "the number of files_after_each_epoch: expected 4, got 3"},
      {"/best_model", "", "best_model: expected \"\", got \"epoch=1-m=0.25-other=0.ckpt\""},
      {"/best_score", nullptr, "best_score: expected null, got 0.25"},
      {"/last_model", "", "last_model: expected \"\", got \"last.ckpt\""},
      {"/kth_best", "x", "kth_best: expected \"x\", got \"epoch=1-m=0.25-other=0.ckpt\""},
      {"/kth_value", "inf", "kth_value: expected inf, got 0.25"},
      {"/best_k", Json::object(), "best_k: expected [], got [epoch=1-m=0.25-other=0.ckpt: 0.25]"},
      {"/error", "ValueError", "error: expected \"ValueError\", got \"none\""},
  };
  for (auto const& [pointer, value, message] : kChanges) {
    auto changed = recorded_model_checkpoint();
    changed[Json::json_pointer(pointer)] = value;
    EXPECT_EQ(check_model_checkpoint(changed), std::string(message));
  }
}

TEST(RecordedModelCheckpoint, AValueIsTheSameToTheSixthDigit) {
  auto changed = recorded_model_checkpoint();
  changed["best_score"] = 0.2500005;
  EXPECT_EQ(check_model_checkpoint(changed), std::nullopt);
  changed["best_score"] = 0.25001;
  EXPECT_NE(check_model_checkpoint(changed), std::nullopt);
}

}  // namespace

}  // namespace sferic::conformance
