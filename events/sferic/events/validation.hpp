#pragma once

#include <sferic/events/batch_ref.hpp>
#include <sferic/events/moment.hpp>

#include <string_view>

namespace sferic::event {

/// The module is in evaluation mode and no gradients are recorded, until ValidationEnd.
struct ValidationStart : Moment {
  static constexpr std::string_view kName = "validation_start";
};

/// The validation is over; its values can be read.
struct ValidationEnd : Moment {
  static constexpr std::string_view kName = "validation_end";
};

/// The pass over all validation loaders begins.
struct ValidationEpochStart : Moment {
  static constexpr std::string_view kName = "validation_epoch_start";
};

/// The pass over all validation loaders has ended; the means of the values logged in it can be
/// read.
struct ValidationEpochEnd : Moment {
  static constexpr std::string_view kName = "validation_epoch_end";
};

/// A batch is about to be evaluated; `progress.loader` says of which loader.
struct ValidationBatchStart : Moment {
  static constexpr std::string_view kName = "validation_batch_start";
  BatchRef batch;
};

/// A batch has been evaluated; `output` is what the step returned, undefined if nothing.
struct ValidationBatchEnd : Moment {
  static constexpr std::string_view kName = "validation_batch_end";
  BatchRef batch;
  at::Tensor const& output;
};

}  // namespace sferic::event
