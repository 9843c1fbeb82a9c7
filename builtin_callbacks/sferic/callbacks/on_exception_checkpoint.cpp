#include <sferic/callbacks/on_exception_checkpoint.hpp>

#include <sferic/callbacks/detail/options.hpp>
#include <sferic/events/control.hpp>
#include <sferic/events/progress.hpp>

#include <system_error>
#include <utility>

namespace sferic {

OnExceptionCheckpoint::OnExceptionCheckpoint(OnExceptionCheckpointOptions options) {
  constexpr auto kName = "OnExceptionCheckpoint";
  detail::require(!options.dirpath.empty(), kName, "dirpath", "given", "\"\"");
  detail::require(!options.filename.empty(), kName, "filename", "given", "\"\"");
  path_ = options.dirpath / (options.filename + ".ckpt");
}

void OnExceptionCheckpoint::on(event::FitStart const& e) {
  is_trial_ = e.plan.is_trial || e.progress.rank != 0;
  has_ended_well_ = false;
}

void OnExceptionCheckpoint::on(event::Exception const& e) {
  if (trains_ && !is_trial_) e.control.request_checkpoint(path_, {.on_error = SaveErrors::kWarn});
}

void OnExceptionCheckpoint::on(event::FitEnd const&) { has_ended_well_ = true; }

void OnExceptionCheckpoint::on(event::Teardown const& e) {
  trains_ = false;
  if (e.progress.task != Task::kFit || !std::exchange(has_ended_well_, false) || is_trial_) return;
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

void OnExceptionCheckpoint::on(event::FindCheckpoint const& e) const {
  if (e.which == "last") e.candidates.push_back(path_);
}

}  // namespace sferic
