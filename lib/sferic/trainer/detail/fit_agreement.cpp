#include <sferic/trainer/detail/fit_loop.hpp>
#include <sferic/trainer/detail/rank_sync.hpp>
#include <sferic/trainer/detail/signal_guard.hpp>

#include <fmt/format.h>

#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

// What the ranks of several processes have to do alike: they agree on it where the loop takes
// notice of it. With one process there is nothing to agree on.

namespace sferic::detail {

namespace {

/// The text of the first rank that gives one.
std::optional<std::string> first_given(Ranks& ranks, std::optional<std::string> const& own) {
  std::string marked;  // since an empty text is one, too
  if (own) marked.append(1, '+').append(*own);
  for (auto const& each : ranks.gather(marked)) {
    if (!each.empty()) return each.substr(1);
  }
  return std::nullopt;
}

}  // namespace

void FitLoop::agree() {
  if (!context_.ranks) return;
  auto& control = context_.control;
  std::int64_t wishes[] = {
      std::int64_t{control.stop_requested() && !run_.stop_agreed},
      std::int64_t{control.take_end_epoch()}, std::int64_t{kept_signal(context_.options)},
      std::int64_t{context_.progress.rank == 0 && control.has_checkpoint_requests()}};
  context_.ranks->reduce_max(wishes);
  auto const [stop, end_epoch, signal, saves] = wishes;
  // Also for what is saved because of the signal, when the others have left.
  if (saves != 0 || signal != 0) gather_for_checkpoint(context_);
  if (signal != 0) throw_interrupted(static_cast<int>(signal));
  if (end_epoch != 0) run_.end_epoch = true;
  if (stop != 0) agree_on_stop();
}

/// The reason of the first rank that has one is everybody's, as is the first that lasts.
void FitLoop::agree_on_stop() {
  auto& control = context_.control;
  std::optional<std::string> own;
  if (control.stop_requested()) own = control.stop_reason();
  auto const reason = first_given(*context_.ranks, own);
  auto const lasting = first_given(*context_.ranks, control.lasting_stop_reason());
  control.adopt_stop(reason.value_or(""), lasting);
  run_.stop_agreed = true;
}

bool FitLoop::stops() const {
  return context_.ranks ? run_.stop_agreed : context_.control.stop_requested();
}

void FitLoop::notice_stop() {
  agree();
  tell_stop();
}

void FitLoop::tell_stop() {
  if (at_.stop_noticed || !stops()) return;
  at_.stop_noticed = true;
  std::string const reason = context_.control.stop_reason();
  context_.emit<event::StopRequested>(reason);
}

bool FitLoop::takes_end_epoch() {
  return context_.ranks ? std::exchange(run_.end_epoch, false) : context_.control.take_end_epoch();
}

/// The shortest loader is everybody's length. Where one doesn't know its own, each batch is agreed
/// on.
void FitLoop::agree_on_count() {
  length_is_known_ = train_.source->size().has_value();
  if (!context_.ranks) return;
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  std::int64_t numbers[] = {std::int64_t{!train_count_}, train_count_ ? -*train_count_ : kLeast,
                            std::int64_t{!length_is_known_}};
  context_.ranks->reduce_max(numbers);
  train_count_ = numbers[0] == 0 ? std::optional(-numbers[1]) : std::nullopt;
  length_is_known_ = numbers[2] == 0;
}

bool FitLoop::take_batch(Pass& pass) {
  BatchSource& source = *train_.source;
  bool taken = pass.next();
  auto const number = at_.train.batches_done + 1;
  bool last = taken && (number == train_count_ || source.at_end());
  if (context_.ranks && length_is_known_) {
    if (!taken || (last && number != train_count_ && *train_count_ > number)) {
      throw std::invalid_argument(fmt::format(
          "the training loader of rank {} has ended after {} batches, though its size tells of {}",
          context_.progress.rank, taken ? number : number - 1, *train_count_));
    }
    last = number == train_count_;
  } else if (context_.ranks) {
    std::int64_t numbers[] = {std::int64_t{!taken}, std::int64_t{last}};
    context_.ranks->reduce_max(numbers);
    taken = numbers[0] == 0;
    last = numbers[1] != 0;
  }
  if (taken) at_.last_batch = last;
  return taken;
}

}  // namespace sferic::detail
