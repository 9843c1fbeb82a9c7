#pragma once

#include <cstdint>

namespace sferic {

/// What a fit is going to do, as far as callbacks have to know it: plain values, so that none needs
/// to see the trainer and its options.
struct FitPlan {
  bool is_trial = false;               ///< fast_dev_run: of which nothing is to be kept
  bool has_validation = false;         ///< there are loaders to validate on
  bool validates_each_epoch = true;    ///< check_val_every_n_epoch is 1
  bool validates_at_epoch_end = true;  ///< val_check_interval is 1.0: with the epoch's last batch

  /// Loggers are told the values of the batches of every n-th optimizer step; 0: of none.
  std::int64_t log_every_n_steps = 50;
};

}  // namespace sferic
