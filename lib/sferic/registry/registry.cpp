#include <sferic/registry/registry.hpp>

namespace sferic {

Registry::~Registry() {
  while (!entries_.empty()) {
    entries_.back().subscription.disconnect();
    entries_.pop_back();
  }
}

}  // namespace sferic
