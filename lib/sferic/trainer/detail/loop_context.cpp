#include <sferic/trainer/detail/loop_context.hpp>

#include <vector>

namespace sferic::detail {

void LoopContext::tell_logged(std::int64_t step) const {
  tell_media(step);
  if (is_trial() || !bus.is_heard<event::MetricsLogged>()) return metrics.drop_new();
  auto const values = metrics.take_new();
  if (!values.empty()) emit<event::MetricsLogged>(values, step);
}

void LoopContext::tell_media(std::int64_t step) const {
  metrics.hear_media(!is_trial() && progress.rank == 0 && bus.is_heard<event::MediaLogged>());
  if (!metrics.has_new_media()) return;
  auto const media = metrics.take_new_media();
  if (metrics.media_is_heard()) emit<event::MediaLogged>(media, step);
}

bool LoopContext::is_trial() const {
  return progress.stage == Stage::kSanityCheck || options.fast_dev_run > 0;
}

}  // namespace sferic::detail
