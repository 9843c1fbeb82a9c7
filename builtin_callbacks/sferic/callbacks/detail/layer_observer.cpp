#include <sferic/callbacks/detail/layer_observer.hpp>

#include <sferic/callbacks/detail/layer_calls.hpp>

#include <ATen/record_function.h>

#include <algorithm>
#include <utility>

namespace sferic::detail {

namespace {

/// Those who observe on one thread, and the one callback of LibTorch's that serves them all.
struct Observing {
  std::vector<std::shared_ptr<LayerCalls>> all;
  at::CallbackHandle handle = at::INVALID_CALLBACK_HANDLE;
};

thread_local Observing observing;

/// What a running operator is to each of them.
struct Running : at::ObserverContext {
  std::vector<std::pair<std::shared_ptr<LayerCalls>, RunningOperator>> operators;
};

std::unique_ptr<at::ObserverContext> start(at::RecordFunction const& function) {
  auto running = std::make_unique<Running>();
  for (auto const& calls : observing.all) {
    if (auto found = calls->start(function.name(), function.inputs())) {
      running->operators.emplace_back(calls, std::move(*found));
    }
  }
  if (running->operators.empty()) return nullptr;
  return running;
}

void end(at::RecordFunction const& function, at::ObserverContext* context) {
  if (!context) return;
  at::DisableRecordFunctionGuard const unobserved;
  for (auto& [calls, running] : static_cast<Running*>(context)->operators) {
    calls->end(std::move(running), function.outputs());
  }
}

}  // namespace

LayerObserver::LayerObserver(torch::nn::Module const& module,
                             std::function<void(LayerCall const&)> report)
    : calls_(std::make_shared<LayerCalls>(module, std::move(report))) {
  if (observing.all.empty()) {
    observing.handle = at::addThreadLocalCallback(at::RecordFunctionCallback(&start, &end)
                                                      .needsInputs(true)
                                                      .needsOutputs(true)
                                                      .scopes({at::RecordScope::FUNCTION}));
  }
  observing.all.push_back(calls_);
}

LayerObserver::~LayerObserver() {
  std::erase(observing.all, calls_);
  if (observing.all.empty()) at::removeCallback(observing.handle);
}

}  // namespace sferic::detail
