#pragma once

#include <filesystem>

namespace sferic {

/// What concerns one fit.
struct FitOptions {
  /// A checkpoint to go on from: the fit then ends as the one would have ended that saved it, to
  /// the last bit on a CPU, wherever within an epoch, a window of accumulation or a validation that
  /// was. It makes no sanity check. "last" and "best": what a callback knows as such, where for
  /// "last" the fit begins anew if there is none yet. ("./last" is a file.) Empty: from the
  /// beginning.
  ///
  /// A wish to stop by a module or a callback goes on, too; Trainer::stop() and max_time ended only
  /// their run, and what they told at the end of an epoch of which there is more stays told: save
  /// at event::StopRequested, which comes before. Not in a checkpoint are: what filters have
  /// counted, what lambdas hold, members of a module that are no parameters or buffers, and which
  /// of its submodules are in evaluation mode. One that was saved within a batch, as after an error
  /// there, trains that batch anew, and warns of it.
  ///
  /// A loader must for this give the same batches in each pass of the same epoch: by a set_epoch(),
  /// or by drawing their order from LibTorch's random numbers when the pass begins, though none
  /// later. Batches before are taken and dropped, or left out at once where its iterator has `+=`.
  /// A function is called as often as it had been.
  std::filesystem::path resume_from = {};

  /// Go on with the epochs and steps where this trainer's last fit ended, as a second fit of
  /// Lightning's Trainer does: max_epochs and the like count both. An epoch that a stop ended is
  /// over, and one that an error ended begins anew. The optimizers are new, and so is max_time's
  /// clock. Excludes resume_from. Default: from the beginning.
  bool go_on = false;
};

}  // namespace sferic
