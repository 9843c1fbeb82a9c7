#include <sferic/signal/detail/barrier.hpp>

#include <linux/membarrier.h>
#include <sys/syscall.h>

#include <cerrno>
#include <exception>
#include <unistd.h>

namespace sferic::detail {

namespace {

constexpr bool kThreadSanitizer =
#if defined(__SANITIZE_THREAD__)
    true;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
    true;
#else
    false;
#endif
#else
    false;
#endif

bool membarrier(int command) noexcept { return ::syscall(SYS_membarrier, command, 0, 0) == 0; }

}  // namespace

bool barrier_reaches_emitters() noexcept {
  static bool const registered =
      !kThreadSanitizer && membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
  return registered;
}

void order_emitters_before_this() noexcept {
  if (!barrier_reaches_emitters()) return;
  while (!membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED)) {
    // Refused after it was granted, while emitters on other threads rely on it.
    if (errno != ENOMEM && errno != EINTR) std::terminate();
  }
}

}  // namespace sferic::detail
