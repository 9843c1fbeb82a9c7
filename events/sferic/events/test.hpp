#pragma once

#include <sferic/events/batch_ref.hpp>
#include <sferic/events/moment.hpp>

#include <string_view>

namespace sferic::event {

/// The module is in evaluation mode and no gradients are recorded, until TestEnd.
struct TestStart : Moment {
  static constexpr std::string_view kName = "test_start";
};

/// The test is over; its values can be read.
struct TestEnd : Moment {
  static constexpr std::string_view kName = "test_end";
};

/// The pass over all test loaders begins.
struct TestEpochStart : Moment {
  static constexpr std::string_view kName = "test_epoch_start";
};

/// The pass over all test loaders has ended; the means of the values logged in it can be read.
struct TestEpochEnd : Moment {
  static constexpr std::string_view kName = "test_epoch_end";
};

/// A batch is about to be evaluated; `progress.loader` says of which loader.
struct TestBatchStart : Moment {
  static constexpr std::string_view kName = "test_batch_start";
  BatchRef batch;
};

/// A batch has been evaluated; `output` is what the step returned, undefined if nothing.
struct TestBatchEnd : Moment {
  static constexpr std::string_view kName = "test_batch_end";
  BatchRef batch;
  at::Tensor const& output;
};

}  // namespace sferic::event
