#include <sferic/trainer/detail/pass.hpp>

#include <utility>

namespace sferic::detail {

Pass::Pass(BatchSource& source, std::int64_t epoch, PassPosition& position,
           c10::Device const& device)
    : source_(source), position_(position) {
  auto const now = random_state(device);
  bool const is_resumed = std::exchange(position.begun, true);
  if (is_resumed) {
    set_random_state(position.random, device);
  } else {
    position.random = now;
  }
  source.start(epoch);
  source.skip(position.batches_done);
  if (is_resumed) set_random_state(now, device);
  position.calls = source.calls();
}

}  // namespace sferic::detail
