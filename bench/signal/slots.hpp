#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>

namespace sferic::bench {

struct Tick {
  std::int64_t value = 1;
};

/// A slot with a tiny body, of one of many types.
template <int kType>
struct Add {
  std::int64_t* sum;
  void operator()(Tick const& tick) const { *sum += tick.value + kType; }
};

/// Whether the slots of a signal are of one type, or each of its own, as callbacks are.
enum class Types { kEqual, kDifferent };

template <int kSlot, Types kTypes>
using SlotType = Add<kTypes == Types::kEqual ? 0 : kSlot>;

/// Names a case by its number of slots.
inline std::string slots(int number) {
  return std::to_string(number) + (number == 1 ? " slot" : " slots");
}

/// A library's signal with so many slots. A Library has connect(handler) and emit(tick).
template <class Library, int kSlots, Types kTypes>
class Wired {
 public:
  Wired() {
    [this]<int... kSlot>(std::integer_sequence<int, kSlot...>) {
      (library_.connect(SlotType<kSlot, kTypes>{&sums_[kSlot]}), ...);
    }(std::make_integer_sequence<int, kSlots>());
  }
  Wired(Wired const&) = delete;
  Wired& operator=(Wired const&) = delete;

  Library& library() { return library_; }
  void emit(Tick const& tick) { library_.emit(tick); }

 private:
  std::array<std::int64_t, kSlots + 1> sums_{};
  Library library_;
};

}  // namespace sferic::bench
