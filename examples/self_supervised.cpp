// Learns to tell handwritten digits apart without being told which they are: BYOL ("Bootstrap your
// own latent", arXiv:2006.07733). A network learns to predict what its own running average says of
// another view of the same image; a small classifier beside it tells meanwhile what the
// representations are worth. Leaves two pictures in a folder: pairs of views, and the digits that
// the representations take for the most similar ones.

#include <sferic/sferic.hpp>

#include <torch/torch.h>

#include <cmath>
#include <cstdio>
#include <filesystem>

#include "digits.hpp"
#include "pictures.hpp"

namespace {

namespace fs = std::filesystem;
namespace nn = torch::nn;
namespace F = torch::nn::functional;
using Batch = torch::data::Example<>;

constexpr std::int64_t kFeatures = 64;

/// Each image turned, moved, stretched and blurred by noise in a way of its own.
torch::Tensor augment(torch::Tensor const& images) {
  auto const samples = images.size(0);
  auto const within = [&](double limit) { return (torch::rand(samples) * 2 - 1) * limit; };
  auto const angle = within(0.3);  // 17 degrees
  auto const width = 1 + within(0.2), height = 1 + within(0.2);
  auto const right = within(0.25), down = within(0.25);  // one pixel: the image is 2 wide
  auto const x = torch::stack({angle.cos() * width, -angle.sin() * height, right}, 1);
  auto const y = torch::stack({angle.sin() * width, angle.cos() * height, down}, 1);
  auto const grid = F::affine_grid(torch::stack({x, y}, 1), images.sizes().vec(), false);
  auto const moved = F::grid_sample(images, grid, F::GridSampleFuncOptions().align_corners(false));
  return (moved + 0.1 * torch::randn_like(moved)).clamp(0, 1);
}

nn::Sequential make_encoder() {
  auto const convolution = [](std::int64_t from, std::int64_t to) {
    return nn::Conv2d(nn::Conv2dOptions(from, to, 3).padding(1).bias(false));
  };
  return nn::Sequential(convolution(1, 32), nn::BatchNorm2d(32), nn::ReLU(),  // 8x8
                        convolution(32, 32), nn::BatchNorm2d(32), nn::ReLU(),
                        nn::MaxPool2d(2),  // 4x4
                        convolution(32, 64), nn::BatchNorm2d(64), nn::ReLU(), nn::MaxPool2d(2),
                        nn::Flatten(), nn::Linear(64 * 2 * 2, kFeatures));
}

nn::Sequential make_perceptron(std::int64_t from) {
  return nn::Sequential(nn::Linear(from, 128), nn::BatchNorm1d(128), nn::ReLU(),
                        nn::Linear(128, 32));
}

struct Network : nn::Module {
  torch::Tensor forward(torch::Tensor const& images) {
    return projector->forward(encoder->forward(images));
  }
  nn::Sequential encoder = register_module("encoder", make_encoder());
  nn::Sequential projector = register_module("projector", make_perceptron(kFeatures));
};

class Byol : public nn::Module {
 public:
  Byol() {
    torch::NoGradGuard const no_grad;
    auto const copies = target_network->named_parameters();
    for (auto const& parameter : online_network->named_parameters()) {
      copies[parameter.key()].copy_(parameter.value());
    }
  }

  torch::Tensor encode(torch::Tensor const& images) {
    return online_network->encoder->forward(images);
  }

  torch::Tensor training_step(Batch const& batch, sferic::Step& step) {
    auto const first = augment(batch.data), second = augment(batch.data);
    auto const loss = distance(first, second) + distance(second, first);
    step.log("loss", loss, {.on_step = false, .on_epoch = true, .progress_bar = true});
    return loss;
  }

  void validation_step(Batch const& batch, sferic::Step& step) {
    step.log("val_loss", 2 * distance(augment(batch.data), augment(batch.data)));
  }

  auto configure_optimizers() {  // the target network is not trained, it follows
    auto parameters = online_network->parameters();
    for (auto const& parameter : predictor->parameters()) parameters.push_back(parameter);
    return torch::optim::Adam(parameters, /*learning rate=*/2e-3);
  }

  std::shared_ptr<Network> online_network =
      register_module("online_network", std::make_shared<Network>());
  std::shared_ptr<Network> target_network =
      register_module("target_network", std::make_shared<Network>());
  nn::Sequential predictor = register_module("predictor", make_perceptron(32));

 private:
  torch::Tensor distance(torch::Tensor const& view, torch::Tensor const& other) {
    auto const predicted = predictor->forward(online_network->forward(view));
    return 2 - 2 * F::cosine_similarity(predicted, aim(other)).mean();
  }

  torch::Tensor aim(torch::Tensor const& view) {
    torch::NoGradGuard const no_grad;
    return target_network->forward(view);
  }
};

/// Images in a frame of a colour (red, green, blue), large enough to be looked at.
torch::Tensor framed(torch::Tensor const& images, torch::Tensor const& colours) {
  constexpr std::int64_t kScale = 5, kFrame = 3;
  auto const large = images.repeat_interleave(kScale, 2).repeat_interleave(kScale, 3);
  auto const size = large.size(2) + 2 * kFrame;
  auto framed = colours.view({-1, 3, 1, 1}).expand({images.size(0), 3, size, size}).clone();
  framed.slice(2, kFrame, -kFrame).slice(3, kFrame, -kFrame).copy_(large);
  return framed;
}

/// Each image with two views of it.
void write_pairs(fs::path const& path, torch::Tensor const& images) {
  auto const all = torch::stack({images, augment(images), augment(images)}, 1).flatten(0, 1);
  auto const blue = torch::tensor({0.2, 0.4, 0.9}), grey = torch::full({3}, 0.4);
  auto const colours = torch::stack({blue, grey, grey}).repeat({images.size(0), 1});
  auto const grid =
      sferic::make_grid(framed(all, colours), {.images_per_row = 12, .padding = 3, .pad_value = 1});
  sferic::write_png(path, sferic::to_image(grid));
}

struct Neighbours {
  torch::Tensor indices;  ///< [samples, count], the most similar first
  torch::Tensor labels;
};

Neighbours neighbours(torch::Tensor const& samples, Digits const& among, torch::Tensor const& all,
                      std::int64_t count) {
  auto const similarity =
      F::normalize(samples.flatten(1)).mm(F::normalize(all.flatten(1)).transpose(0, 1));
  auto const indices = std::get<1>(similarity.topk(count, 1));
  return {indices, among.labels.index_select(0, indices.flatten()).view_as(indices)};
}

/// A row for each digit: a view of one that was held back, then its neighbours, green where they
/// are the same digit and red where not.
void write_neighbours(fs::path const& path, Digits const& queries, Digits const& among,
                      Neighbours const& found) {
  auto const green = torch::tensor({0.1, 0.7, 0.3}), red = torch::tensor({0.9, 0.1, 0.1});
  std::vector<torch::Tensor> rows;
  for (std::int64_t digit = 0; digit < 10; ++digit) {
    auto const query = (queries.labels == digit).nonzero()[0].item<std::int64_t>();
    auto const same = (found.labels[query] == digit).unsqueeze(1);
    rows.push_back(framed(queries.images[query].unsqueeze(0), torch::ones(3)));
    rows.push_back(
        framed(among.images.index_select(0, found.indices[query]), torch::where(same, green, red)));
  }
  auto const count = found.indices.size(1) + 1;
  auto const grid =
      sferic::make_grid(torch::cat(rows), {.images_per_row = count, .padding = 3, .pad_value = 1});
  sferic::write_png(path, sferic::to_image(grid));
}

double share_of_same(Neighbours const& found, Digits const& queries) {
  return (found.labels == queries.labels.unsqueeze(1)).to(torch::kDouble).mean().item<double>();
}

void learn(Arguments const& arguments) {
  auto const [train, held_back] = split(read_digits(arguments.digits), 0.8, /*seed=*/1);
  sferic::TensorLoader train_loader(train.images, train.labels,
                                    {.batch_size = 128, .shuffle = true, .seed = 1});
  sferic::TensorLoader test_loader(held_back.images, held_back.labels, {.batch_size = 120});

  torch::manual_seed(1);
  Byol net;
  sferic::Trainer trainer({.max_epochs = arguments.is_short ? 2 : 30});
  trainer.add(sferic::BYOLMAWeightUpdate({.initial_tau = 0.98}));
  trainer.add(sferic::SSLOnlineEvaluator(
      {.z_dim = kFeatures, .num_classes = 10, .learning_rate = 1e-2, .progress_bar = true},
      [&net](Batch const& batch) { return std::pair(net.encode(batch.data), batch.target); }));
  trainer.add(sferic::ProgressBar());
  trainer.fit(net, train_loader, test_loader);

  net.eval();
  torch::NoGradGuard const no_grad;
  Digits const views{augment(held_back.images), held_back.labels};
  auto const found = neighbours(net.encode(views.images), train, net.encode(train.images), 9);
  auto const by_pixels = neighbours(views.images, train, train.images, 9);
  write_pairs(arguments.folder / "pairs.png", held_back.images.slice(0, 0, 40));
  write_neighbours(arguments.folder / "neighbours.png", views, train, found);
  std::printf(
      "Learned without labels. A classifier of the representations is right on %.1f %% of\n"
      "the digits that were held back. Of the nine digits most similar to a view of one,\n"
      "%.1f %% are the same digit; by pixels, %.1f %%. See pairs.png and neighbours.png in\n"
      "%s.\n",
      100 * trainer.metrics().at("online_val_acc"), 100 * share_of_same(found, views),
      100 * share_of_same(by_pixels, views), arguments.folder.c_str());
}

}  // namespace

int main(int argc, char** argv) { return run_example(argc, argv, &learn); }
