#include <sferic/trainer/detail/checkpoint_file.hpp>

#include <sferic/persistence/checkpoint.hpp>
#include <sferic/persistence/checkpoint_error.hpp>
#include <sferic/persistence/detail/new_file.hpp>

#include <torch/nn/module.h>
#include <torch/optim/optimizer.h>
#include <torch/serialize/archive.h>

#include <cstring>
#include <string>

namespace sferic::detail {

namespace {

namespace serialize = torch::serialize;

constexpr char const* kModule = "module";
constexpr char const* kOptimizers = "optimizers";
constexpr char const* kEntries = "entries";
constexpr char const* kEpochsDone = "epochs_done";
constexpr char const* kOptimizerSteps = "optimizer_steps";

torch::Tensor tensor_of(std::string const& bytes) {
  auto tensor = torch::empty({static_cast<std::int64_t>(bytes.size())}, torch::kByte);
  if (!bytes.empty()) std::memcpy(tensor.data_ptr(), bytes.data(), bytes.size());
  return tensor;
}

std::string bytes_of(torch::Tensor const& tensor) {
  auto const bytes = tensor.contiguous();
  return {static_cast<char const*>(bytes.data_ptr()), static_cast<std::size_t>(bytes.numel())};
}

std::int64_t read_int(serialize::InputArchive& archive, char const* name) {
  c10::IValue value;
  archive.read(name, value);
  return value.toInt();
}

void write(serialize::OutputArchive& archive, LoopContext const& context,
           Checkpoint const& checkpoint) {
  serialize::OutputArchive module;
  context.module.module->save(module);
  archive.write(kModule, module);

  serialize::OutputArchive optimizers;
  for (std::size_t i = 0; i < context.optimizers.size(); ++i) {
    serialize::OutputArchive optimizer;
    context.optimizers.at(i).save(optimizer);
    optimizers.write(std::to_string(i), optimizer);
  }
  archive.write(kOptimizers, optimizers);

  serialize::OutputArchive entries;
  for (auto const& [name, bytes] : checkpoint.entries()) entries.write(name, tensor_of(bytes));
  archive.write(kEntries, entries);

  archive.write(kEpochsDone, c10::IValue(context.progress.epochs_done));
  archive.write(kOptimizerSteps, c10::IValue(context.progress.optimizer_steps));
}

Checkpoint read(serialize::InputArchive& archive, LoopContext const& context) {
  serialize::InputArchive module;
  archive.read(kModule, module);
  context.module.module->load(module);

  serialize::InputArchive optimizers;
  archive.read(kOptimizers, optimizers);
  for (std::size_t i = 0; i < context.optimizers.size(); ++i) {
    serialize::InputArchive optimizer;
    optimizers.read(std::to_string(i), optimizer);
    context.optimizers.at(i).load(optimizer);
  }

  context.progress.epochs_done = read_int(archive, kEpochsDone);
  context.progress.epoch = context.progress.epochs_done;
  context.progress.optimizer_steps = read_int(archive, kOptimizerSteps);

  Checkpoint checkpoint;
  serialize::InputArchive entries;
  archive.read(kEntries, entries);
  for (auto const& name : entries.keys()) {
    torch::Tensor bytes;
    entries.read(name, bytes);
    checkpoint.put(name, bytes_of(bytes));
  }
  return checkpoint;
}

}  // namespace

void save_checkpoint(LoopContext const& context, std::filesystem::path const& path) {
  Checkpoint checkpoint;
  context.emit<event::SaveCheckpoint>(checkpoint);
  NewFile file(path);
  try {
    serialize::OutputArchive archive;
    write(archive, context, checkpoint);
    archive.save_to([&](void const* bytes, std::size_t count) {
      file.write(bytes, count);
      return count;
    });
  } catch (c10::Error const& error) {
    throw CheckpointError("cannot save `" + path.string() + "`: " + error.what_without_backtrace());
  }
  file.commit();
  std::string const name = path.string();
  context.emit<event::CheckpointSaved>(name);
}

void load_checkpoint(LoopContext const& context, std::filesystem::path const& path) {
  Checkpoint checkpoint;
  try {
    serialize::InputArchive archive;
    archive.load_from(path.string(), context.device);
    checkpoint = read(archive, context);
  } catch (c10::Error const& error) {
    throw CheckpointError("cannot load `" + path.string() + "`: " + error.what_without_backtrace());
  }
  context.emit<event::LoadCheckpoint>(checkpoint);
}

}  // namespace sferic::detail
