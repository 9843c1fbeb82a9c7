#pragma once

#include <sferic/events/catalogue.hpp>

#include <cstdint>

struct MyCallback {
  void on(sferic::event::TrainBatchEnd const&) { ++batches; }
  void on(sferic::event::ValidationEnd const&) { batches = 0; }

  std::int64_t batches = 0;
};
