#include <sferic/callbacks/ssl_online_evaluator.hpp>

#include <sferic/callbacks/detail/options.hpp>
#include <sferic/callbacks/detail/own_random_numbers.hpp>
#include <sferic/metrics/metrics.hpp>
#include <sferic/optim/detail/module_modes.hpp>
#include <sferic/persistence/compiled_state.hpp>

#include <torch/nn.h>
#include <torch/optim/adam.h>

#include <sstream>
#include <stdexcept>
#include <string>

namespace sferic {

namespace {

constexpr auto kSSLOnlineEvaluator = "SSLOnlineEvaluator";

void check_options(SSLOnlineEvaluatorOptions const& options) {
  detail::require(options.z_dim >= 1, kSSLOnlineEvaluator, "z_dim", ">= 1", options.z_dim);
  detail::require(options.num_classes >= 2, kSSLOnlineEvaluator, "num_classes", ">= 2",
                  options.num_classes);
  auto const hidden = options.hidden_dim.value_or(1);
  detail::require(hidden >= 1, kSSLOnlineEvaluator, "hidden_dim", ">= 1", hidden);
  detail::require(options.drop_p >= 0 && options.drop_p < 1, kSSLOnlineEvaluator, "drop_p",
                  "in [0, 1)", options.drop_p);
  detail::require(options.learning_rate > 0, kSSLOnlineEvaluator, "learning_rate", "> 0",
                  options.learning_rate);
}

torch::nn::Sequential layers_of(SSLOnlineEvaluatorOptions const& options) {
  using namespace torch::nn;
  Sequential layers;
  layers->push_back(Dropout(options.drop_p));
  if (options.hidden_dim) {
    layers->push_back(Linear(LinearOptions(options.z_dim, *options.hidden_dim).bias(false)));
    layers->push_back(BatchNorm1d(*options.hidden_dim));
    layers->push_back(ReLU());
    layers->push_back(Dropout(options.drop_p));
  }
  layers->push_back(Linear(options.hidden_dim.value_or(options.z_dim), options.num_classes));
  return layers;
}

torch::Device device_of(torch::nn::Module const& module) {
  auto const parameters = module.parameters();
  return parameters.empty() ? torch::Device(torch::kCPU) : parameters.front().device();
}

at::Tensor accuracy(at::Tensor const& scores, at::Tensor const& labels) {
  return (scores.argmax(1) == labels).to(torch::kFloat).mean();
}

/// A module's or an optimizer's part of an archive.
template <class Part>
void write_part(torch::serialize::OutputArchive& archive, char const* name, Part const& part) {
  torch::serialize::OutputArchive nested;
  part.save(nested);
  archive.write(name, nested);
}

template <class Part>
void read_part(torch::serialize::InputArchive& archive, char const* name, Part& part) {
  torch::serialize::InputArchive nested;
  archive.read(name, nested);
  part.load(nested);
}

}  // namespace

struct SSLOnlineEvaluator::Classifier {
  Classifier(SSLOnlineEvaluatorOptions const& options, torch::Device on)
      : device(on), layers(make(options)), optimizer(layers->parameters(), options.learning_rate) {}

  at::Tensor forward(at::Tensor const& representations, bool is_training) {
    layers->train(is_training);
    return layers->forward(representations);
  }

  std::string bytes() const {
    torch::serialize::OutputArchive archive;
    write_part(archive, "layers", *layers);
    write_part(archive, "optimizer", optimizer);
    archive.write("random/cpu", random.cpu, /*is_buffer=*/true);
    if (random.device.defined()) archive.write("random/device", random.device, true);
    std::ostringstream out;
    archive.save_to(out);
    return std::move(out).str();
  }

  void load(std::string const& bytes) {
    torch::serialize::InputArchive archive;
    archive.load_from(bytes.data(), bytes.size(), device);
    read_part(archive, "layers", *layers);
    read_part(archive, "optimizer", optimizer);
    at::Tensor state;
    archive.read("random/cpu", state, /*is_buffer=*/true);
    random.cpu = state.cpu();
    if (device.is_cuda() && archive.try_read("random/device", state, true)) {
      random.device = state.cpu();
    }
    if (!is_random_state(random, device)) throw std::runtime_error("its random numbers are none");
  }

  torch::Device device;
  detail::RandomState random;
  torch::nn::Sequential layers;
  torch::optim::Adam optimizer;

 private:
  torch::nn::Sequential make(SSLOnlineEvaluatorOptions const& options) {
    detail::OwnRandomNumbers const own(random, device);
    auto made = layers_of(options);
    made->to(device);
    return made;
  }
};

SSLOnlineEvaluator::SSLOnlineEvaluator(
    SSLOnlineEvaluatorOptions options,
    detail::BatchFunction<std::pair<at::Tensor, at::Tensor>> labelled)
    : options_(options), labelled_(std::move(labelled)) {
  check_options(options_);
}

SSLOnlineEvaluator::~SSLOnlineEvaluator() = default;
SSLOnlineEvaluator::SSLOnlineEvaluator(SSLOnlineEvaluator&&) noexcept = default;
SSLOnlineEvaluator& SSLOnlineEvaluator::operator=(SSLOnlineEvaluator&&) noexcept = default;

void SSLOnlineEvaluator::on(event::FitStart const& e) {
  bool const goes_on = e.progress.epochs_done > 0 || e.progress.optimizer_steps > 0;
  if (!goes_on) classifier_.reset();
  begin(e);
}

void SSLOnlineEvaluator::begin(event::Moment const& e) {
  if (!classifier_) classifier_ = std::make_unique<Classifier>(options_, device_of(e.module));
}

void SSLOnlineEvaluator::on(event::TrainBatchEnd const& e) {
  begin(e);  // where it was attached within a fit
  detail::OwnRandomNumbers const own(classifier_->random, classifier_->device);
  auto const [representations, labels] = labelled(e, e.batch);
  if (options_.hidden_dim && labels.size(0) < 2) return;
  torch::AutoGradMode const with_gradients(true);
  auto const scores = classifier_->forward(representations, /*is_training=*/true);
  auto const loss = torch::nn::functional::cross_entropy(scores, labels);
  classifier_->optimizer.zero_grad();
  loss.backward();
  classifier_->optimizer.step();
  LogOptions const shown{.on_step = true, .on_epoch = false, .progress_bar = options_.progress_bar};
  e.metrics.log("online_train_acc", accuracy(scores, labels), shown);
  e.metrics.log("online_train_loss", loss, shown);
}

void SSLOnlineEvaluator::on(event::ValidationBatchEnd const& e) {
  if (!classifier_) return;
  detail::OwnRandomNumbers const own(classifier_->random, classifier_->device);
  auto const [representations, labels] = labelled(e, e.batch);
  auto const scores = classifier_->forward(representations, /*is_training=*/false);
  LogOptions const shown{.on_step = false, .on_epoch = true, .progress_bar = options_.progress_bar};
  e.metrics.log("online_val_acc", accuracy(scores, labels), shown);
  e.metrics.log("online_val_loss", torch::nn::functional::cross_entropy(scores, labels), shown);
}

at::Tensor SSLOnlineEvaluator::classify(at::Tensor const& representations) {
  if (!classifier_) throw std::logic_error("classify() of SSLOnlineEvaluator before the first fit");
  torch::NoGradGuard const no_grad;
  auto const on_device = representations.flatten(1).to(classifier_->device, torch::kFloat);
  return classifier_->forward(on_device, /*is_training=*/false);
}

std::pair<at::Tensor, at::Tensor> SSLOnlineEvaluator::labelled(event::Moment const& e,
                                                               BatchRef batch) const {
  torch::NoGradGuard const no_grad;
  detail::ModuleModes const modes(e.module);
  e.module.eval();
  auto [representations, labels] = labelled_(batch, kSSLOnlineEvaluator);
  if (!representations.defined() || representations.dim() < 2 || !labels.defined() ||
      labels.dim() != 1 || labels.size(0) != representations.size(0)) {
    throw std::invalid_argument(fmt::format(
        "the function given to {} must return representations (samples, ...) and labels (samples)",
        kSSLOnlineEvaluator));
  }
  representations = representations.flatten(1);
  if (representations.size(1) != options_.z_dim) {
    throw std::invalid_argument(
        fmt::format("z_dim of {} is {}, but the representations have {} "
                    "features",
                    kSSLOnlineEvaluator, options_.z_dim, representations.size(1)));
  }
  // Detached, since they may have been kept from the training step.
  return {representations.detach().to(classifier_->device, torch::kFloat),
          labels.to(classifier_->device, torch::kLong)};
}

void SSLOnlineEvaluator::check_stored(std::int64_t z_dim, std::int64_t num_classes,
                                      std::int64_t hidden_dim) const {
  auto const check = [](char const* option, std::int64_t stored, std::int64_t here) {
    if (stored == here) return;
    throw std::runtime_error(fmt::format("{} was {}, but here is {}", option, stored, here));
  };
  check("z_dim", z_dim, options_.z_dim);
  check("num_classes", num_classes, options_.num_classes);
  check("hidden_dim", hidden_dim, options_.hidden_dim.value_or(0));
}

std::unique_ptr<SSLOnlineEvaluator::Classifier> SSLOnlineEvaluator::read(
    std::string const& bytes) const {
  auto const device = classifier_ ? classifier_->device : torch::Device(torch::kCPU);
  auto classifier = std::make_unique<Classifier>(options_, device);
  classifier->load(bytes);
  return classifier;
}

template <class Archive>
void SSLOnlineEvaluator::serialize(Archive& archive, unsigned) {
  auto z_dim = options_.z_dim;
  auto num_classes = options_.num_classes;
  auto hidden_dim = options_.hidden_dim.value_or(0);
  std::string bytes;
  if constexpr (Archive::is_saving::value) bytes = classifier_ ? classifier_->bytes() : "";
  archive & z_dim & num_classes & hidden_dim & bytes;
  if constexpr (Archive::is_loading::value) {
    check_stored(z_dim, num_classes, hidden_dim);
    if (!bytes.empty()) classifier_ = read(bytes);
  }
}

template struct detail::CompiledState<SSLOnlineEvaluator>;

}  // namespace sferic
