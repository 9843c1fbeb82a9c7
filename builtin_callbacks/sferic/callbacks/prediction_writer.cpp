#include <sferic/callbacks/prediction_writer.hpp>

#include <sferic/callbacks/detail/options.hpp>
#include <sferic/events/progress.hpp>
#include <sferic/persistence/detail/new_file.hpp>

#include <ATen/core/ivalue.h>
#include <fmt/format.h>
#include <torch/csrc/jit/serialization/pickle.h>
#include <torch/types.h>

#include <map>
#include <utility>
#include <vector>

namespace sferic {

namespace {

void write(std::filesystem::path const& path, c10::IValue const& value) {
  auto const bytes = torch::jit::pickle_save(value);
  detail::NewFile file(path);
  file.write(bytes.data(), bytes.size());
  file.commit();
}

}  // namespace

/// By loader.
struct PredictionWriter::Collected {
  std::map<std::int64_t, std::vector<c10::IValue>> outputs;
};

PredictionWriter::PredictionWriter(PredictionWriterOptions options)
    : options_(std::move(options)), collected_(std::make_unique<Collected>()) {
  detail::require(!options_.folder.empty(), "PredictionWriter", "folder", "given", "\"\"");
}

PredictionWriter::~PredictionWriter() = default;
PredictionWriter::PredictionWriter(PredictionWriter&&) noexcept = default;
PredictionWriter& PredictionWriter::operator=(PredictionWriter&&) noexcept = default;

void PredictionWriter::on(event::PredictEpochStart const&) { collected_->outputs.clear(); }

void PredictionWriter::on(event::PredictBatchEnd const& e) {
  if (!e.output.defined()) return;
  // Without the storage around it, which would be written, too.
  auto const output = e.output.detach().to(at::kCPU).clone();
  auto const& [loader, batch] = std::pair(e.progress.loader, e.progress.batch);
  if (options_.interval != WriteInterval::kEpoch) {
    write(folder(e.progress) / std::to_string(loader) / fmt::format("{}.pt", batch), output);
  }
  if (options_.interval != WriteInterval::kBatch) {
    collected_->outputs[loader].emplace_back(output);
  }
}

std::filesystem::path PredictionWriter::folder(Progress const& progress) const {
  if (progress.world_size == 1) return options_.folder;
  return options_.folder / fmt::format("rank_{}", progress.rank);
}

void PredictionWriter::on(event::PredictEpochEnd const& e) {
  for (auto& [loader, outputs] : collected_->outputs) {
    // Of a list LibTorch writes how to make it, by a function that torch.load doesn't trust.
    write(folder(e.progress) / fmt::format("{}.pt", loader),
          c10::ivalue::Tuple::create(std::move(outputs)));
  }
  collected_->outputs.clear();
}

}  // namespace sferic
