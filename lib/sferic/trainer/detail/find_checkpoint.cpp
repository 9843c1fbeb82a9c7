#include <sferic/trainer/detail/find_checkpoint.hpp>

#include <sferic/persistence/checkpoint_error.hpp>
#include <sferic/trainer/detail/rank_sync.hpp>

#include <algorithm>
#include <string>
#include <system_error>
#include <vector>

namespace sferic::detail {

namespace {

namespace fs = std::filesystem;

bool is_there(fs::path const& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

fs::path newest(std::vector<fs::path> const& paths) {
  return *std::max_element(paths.begin(), paths.end(), [](auto const& left, auto const& right) {
    std::error_code ignored;
    return fs::last_write_time(left, ignored) < fs::last_write_time(right, ignored);
  });
}

fs::path find_here(LoopContext const& context, fs::path const& wanted) {
  std::string const which = wanted.string();
  std::vector<fs::path> candidates;
  context.emit<event::FindCheckpoint>(which, candidates);
  std::erase_if(candidates, [](auto const& path) { return !is_there(path); });
  if (!candidates.empty()) return wanted == "last" ? newest(candidates) : candidates.front();
  if (context.progress.rank != 0) return {};
  if (wanted == "best") {
    throw CheckpointError("resume_from is \"best\", but no callback knows a checkpoint");
  }
  TORCH_WARN("resume_from is \"last\", but there is no checkpoint yet: the fit begins anew");
  return {};
}

}  // namespace

fs::path find_checkpoint(LoopContext const& context, fs::path const& wanted) {
  if (wanted != "last" && wanted != "best") return wanted;
  return of_rank_zero(context, find_here(context, wanted).string());
}

}  // namespace sferic::detail
