#include <sferic/trainer/detail/loop_context.hpp>

#include <vector>

namespace sferic::detail {

void LoopContext::tell_logged(std::int64_t step) const {
  bool const is_trial = progress.stage == Stage::kSanityCheck || options.fast_dev_run > 0;
  if (is_trial || !bus.is_heard<event::MetricsLogged>()) return metrics.drop_new();
  auto const values = metrics.take_new();
  if (!values.empty()) emit<event::MetricsLogged>(values, step);
}

}  // namespace sferic::detail
