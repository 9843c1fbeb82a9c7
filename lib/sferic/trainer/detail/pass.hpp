#pragma once

#include <sferic/checkpoint/detail/random_state.hpp>
#include <sferic/trainer/detail/batch_source.hpp>

#include <cstdint>

namespace sferic::detail {

/// How far a pass over a loader has come, such that another process can go on with it.
struct PassPosition {
  bool begun = false;
  std::int64_t batches_done = 0;
  std::int64_t calls = 0;   ///< of a loader that is a function, in all passes
  RandomState random = {};  ///< at the pass's start, from which a loader may draw its order
};

/// One pass over a loader, which ends with the scope. It begins where `position` says, and random
/// numbers then go on as if the batches before had not been taken again.
class Pass {
 public:
  Pass(BatchSource& source, std::int64_t epoch, PassPosition& position, c10::Device const& device);
  ~Pass() { source_.finish(); }
  Pass(Pass const&) = delete;
  Pass& operator=(Pass const&) = delete;

  /// Takes the next batch; false when there is none.
  bool next() {
    bool const taken = source_.next();
    position_.calls = source_.calls();
    return taken;
  }

 private:
  BatchSource& source_;
  PassPosition& position_;
};

}  // namespace sferic::detail
