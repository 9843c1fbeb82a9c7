#include <sferic/distributed/detail/max_reduction.hpp>

#include <fmt/format.h>
#include <gloo/transport/address.h>
#include <gloo/transport/buffer.h>
#include <gloo/transport/context.h>
#include <gloo/transport/device.h>
#include <gloo/transport/pair.h>

#include <algorithm>
#include <map>
#include <string>

namespace sferic::detail {

namespace {

std::string key_of(std::int64_t from, std::int64_t to) {
  return fmt::format("sferic/pair/{}/{}", from, to);
}

}  // namespace

MaxReduction::MaxReduction(Launch const& launch, gloo::transport::Device& device,
                           std::chrono::milliseconds timeout, c10d::Store& store)
    : context_(device.createContext(static_cast<int>(launch.rank),
                                    static_cast<int>(launch.world_size))) {
  context_->setTimeout(timeout);
  connect(launch, store);
}

MaxReduction::~MaxReduction() = default;

void MaxReduction::connect(Launch const& launch, c10d::Store& store) {
  auto const size = launch.world_size;
  // Of two peers one waits here until the other one connects. Where it waits for y, and y for z, z
  // is below itself: so no circle of ranks waits for each other.
  std::map<std::int64_t, gloo::transport::Pair*> pairs;
  for (std::int64_t distance = 1; distance < size; distance *= 2) {
    pairs[(launch.rank + distance) % size] = nullptr;
    pairs[(launch.rank + size - distance) % size] = nullptr;
  }
  for (auto& [peer, pair] : pairs) {
    pair = context_->createPair(static_cast<int>(peer)).get();
    auto const address = pair->address().bytes();
    store.set(key_of(launch.rank, peer), std::vector<std::uint8_t>(address.begin(), address.end()));
  }
  for (auto const& [peer, pair] : pairs) {
    auto const address = store.get(key_of(peer, launch.rank));
    pair->connect({address.begin(), address.end()});
  }
  int slot = 0;
  for (std::int64_t distance = 1; distance < size; distance *= 2, ++slot) {
    auto& next = *pairs.at((launch.rank + distance) % size);
    auto& previous = *pairs.at((launch.rank + size - distance) % size);
    auto& round = rounds_.emplace_back();
    round.to = next.createSendBuffer(slot, round.told.data(), sizeof round.told);
    round.from = previous.createRecvBuffer(slot, round.heard.data(), sizeof round.heard);
  }
  for (auto const& [peer, pair] : pairs) pair->setSync(true, /*busyPoll=*/false);
}

void MaxReduction::operator()(std::span<std::int64_t> numbers) {
  for (; numbers.size() > kMost; numbers = numbers.subspan(kMost)) reduce(numbers.first(kMost));
  reduce(numbers);
}

void MaxReduction::reduce(std::span<std::int64_t> numbers) {
  for (auto& round : rounds_) {
    std::copy(numbers.begin(), numbers.end(), round.told.begin());
    round.to->send();
    round.to->waitSend();
    round.from->waitRecv();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      numbers[i] = std::max(numbers[i], round.heard[i]);
    }
  }
}

}  // namespace sferic::detail
