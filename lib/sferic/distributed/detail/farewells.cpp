#include <sferic/distributed/detail/farewells.hpp>

#include <sferic/distributed/detail/within.hpp>

#include <fmt/format.h>

#include <exception>
#include <iterator>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

namespace sferic::detail {

namespace {

// Keys of the store.
constexpr auto kFarewells = "sferic/farewells";  ///< how many have written one
constexpr auto kFarewell = "sferic/farewell";    ///< the first one
constexpr auto kLeft = "sferic/left";            ///< how many need the store no more

std::vector<std::uint8_t> bytes_of(StoredFarewell const& farewell) {
  auto const text =
      fmt::format("{} {} {} {}", farewell.rank, farewell.signal, farewell.has_lost, farewell.what);
  return {text.begin(), text.end()};
}

StoredFarewell farewell_of(std::vector<std::uint8_t> const& bytes) {
  std::istringstream text(std::string(bytes.begin(), bytes.end()));
  StoredFarewell farewell;
  text >> farewell.rank >> farewell.signal >> farewell.has_lost;
  text.get();
  farewell.what.assign(std::istreambuf_iterator<char>(text), {});
  return farewell;
}

}  // namespace

Farewells::Farewells(StorePointer store, std::int64_t world_size, bool keeps_store,
                     std::chrono::milliseconds patience)
    : store_(std::move(store)),
      world_size_(world_size),
      keeps_store_(keeps_store),
      patience_(patience) {}

Farewells::~Farewells() {
  if (!store_) return;
  try {
    // Its keeper waits for a thread of its own, which may be waiting for the rest of a message.
    within(patience_, [store = std::move(store_)]() mutable {
      store.reset();
      return true;
    });
  } catch (std::exception const&) {
  }
}

/// What the store says. Nothing where it can't be reached, or is gone.
template <class Function>
auto Farewells::ask(Function function) noexcept
    -> std::optional<std::invoke_result_t<Function&, c10d::Store&>> {
  if (!store_) return std::nullopt;
  try {
    auto answer =
        within(patience_, [store = store_, function]() mutable { return function(*store); });
    if (!answer) store_.reset();  // for it still waits
    return answer;
  } catch (std::exception const&) {
    store_.reset();
    return std::nullopt;
  }
}

void Farewells::tell(StoredFarewell const& farewell) noexcept {
  ask([farewell](c10d::Store& store) {
    if (store.add(kFarewells, 1) == 1) store.set(kFarewell, bytes_of(farewell));
    return store.add(kLeft, 1);
  });
}

std::optional<StoredFarewell> Farewells::told() noexcept {
  auto const bytes = ask([](c10d::Store& store) {
    return store.check({kFarewell}) ? store.get(kFarewell) : std::vector<std::uint8_t>();
  });
  if (!bytes || bytes->empty()) return std::nullopt;
  return farewell_of(*bytes);
}

void Farewells::wait_for_readers(std::chrono::milliseconds limit) noexcept {
  if (!keeps_store_) return;
  constexpr auto kPause = std::chrono::milliseconds(5);
  auto const end = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < end) {
    auto const left = ask([](c10d::Store& store) { return store.add(kLeft, 0); });
    if (!left || *left >= world_size_) return;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace sferic::detail
