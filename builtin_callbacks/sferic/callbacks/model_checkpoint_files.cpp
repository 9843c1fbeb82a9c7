#include <sferic/callbacks/detail/checkpoint_files.hpp>
#include <sferic/callbacks/model_checkpoint.hpp>

#include <c10/util/Exception.h>

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

// What becomes of the checkpoints that ModelCheckpoint has requested.

namespace sferic {

void ModelCheckpoint::on(event::CheckpointSaved const& e) {
  auto const saving = take_saving(e.path);
  if (!saving) return;  // somebody else's
  if (!saving->obsolete.empty()) obsolete_.push_back({saving->obsolete, saving->group});
  if (!saving->link.empty()) make_link(*saving);
  delete_obsolete(saving->group);
}

void ModelCheckpoint::on(event::CheckpointFailed const& e) {
  if (auto const saving = take_saving(e.path)) {
    undo(*saving);
    delete_obsolete(saving->group);
  }
}

/// What was requested, but nobody has told of, was not begun: an error came in between.
void ModelCheckpoint::on(event::Teardown const&) {
  while (!savings_.empty()) {
    auto const saving = std::move(savings_.back());
    savings_.pop_back();
    undo(saving);
  }
  delete_all_obsolete();
}

std::optional<ModelCheckpoint::Saving> ModelCheckpoint::take_saving(std::string const& path) {
  auto const found = std::find_if(savings_.begin(), savings_.end(),
                                  [&](auto const& each) { return each.path == path; });
  if (found == savings_.end()) return std::nullopt;
  auto saving = std::move(*found);
  savings_.erase(found);
  return saving;
}

/// Makes the accounts what they are without this file. One that was requested later may have taken
/// its place already, as it would have taken that of the file before.
void ModelCheckpoint::undo(Saving const& saving) {
  if (last_step_saved_ == saving.step) last_step_saved_ = saving.last_step_saved;
  if (!saving.link.empty()) last_model_path_ = saving.previous_link;
  auto const next = std::find_if(savings_.begin(), savings_.end(), [&](auto const& each) {
    return each.kind == saving.kind &&
           (each.removed ? each.removed->path : each.previous) == saving.path;
  });
  if (saving.kind != Saving::Kind::kOther && next != savings_.end()) {
    next->previous = saving.previous;
    next->removed = saving.removed;
    next->obsolete = saving.obsolete;
    return;
  }
  switch (saving.kind) {
    case Saving::Kind::kBest:
      undo_best(saving);
      break;
    case Saving::Kind::kNewest:
      best_model_path_ = saving.previous;
      break;
    case Saving::Kind::kLast:
      last_model_path_ = saving.previous;
      break;
    case Saving::Kind::kOther:
      break;
  }
}

void ModelCheckpoint::undo_best(Saving const& saving) {
  auto* later = static_cast<Saving*>(nullptr);
  for (auto& each : savings_) {
    if (each.kind == Saving::Kind::kBest && each.step > saving.step) later = &each;
    if (later == &each && each.path == saving.path) {  // that overwrites it
      each.old_score = saving.old_score;
      return;
    }
  }
  best_.erase(saving.path);
  if (saving.old_score) best_.put(saving.path, *saving.old_score);
  if (saving.removed) best_.put(saving.removed->path, saving.removed->score);
  if (!later) current_score_ = saving.old_current_score;
  update_best();
}

void ModelCheckpoint::make_link(Saving const& saving) {
  try {
    detail::link_to(saving.path, saving.link);
  } catch (std::exception const& error) {
    last_model_path_ = saving.previous_link;
    if (options_.on_error == SaveErrors::kThrow) throw;
    TORCH_WARN(error.what());
    return;
  }
  if (!saving.previous_link.empty()) obsolete_.push_back({saving.previous_link, saving.group});
}

/// Once all that were requested at once are over, so that whatever happens in between, the newest
/// of the files that stand tells of files that stand.
void ModelCheckpoint::delete_obsolete(std::int64_t group) {
  auto const is_of_it = [&](auto const& each) { return each.group == group; };
  if (std::any_of(savings_.begin(), savings_.end(), is_of_it)) return;
  for (auto const& each : obsolete_) {
    if (is_of_it(each)) delete_file(each.path);
  }
  std::erase_if(obsolete_, is_of_it);
}

void ModelCheckpoint::delete_all_obsolete() {
  for (auto const& each : obsolete_) delete_file(each.path);
  obsolete_.clear();
}

void ModelCheckpoint::delete_file(std::filesystem::path const& path) const {
  bool const is_wanted =
      path == best_model_path_ || path == last_model_path_ || best_.contains(path) ||
      std::any_of(savings_.begin(), savings_.end(),
                  [&](auto const& each) { return each.path == path || each.link == path; });
  if (is_wanted || path == resumed_from_ || !detail::is_within(path, dirpath_)) return;
  std::error_code error;
  std::filesystem::remove(path, error);
  if (error) TORCH_WARN("cannot delete `", path.string(), "`: ", error.message());
}

}  // namespace sferic
