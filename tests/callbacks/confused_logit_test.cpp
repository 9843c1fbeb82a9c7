#include <sferic/callbacks/confused_logit.hpp>

#include <sferic/png/png.hpp>

#include <gtest/gtest.h>

#include "digits_support.hpp"
#include "support/temporary_folder.hpp"

namespace sferic::test {
namespace {

namespace fs = std::filesystem;

ConfusedLogitOptions every_batch(std::int64_t top_k) {
  return {.top_k = top_k,
          .min_logit_value = -1e9,
          .max_logit_difference = 1e9,
          .logging_batch_interval = 1};
}

/// Trains a DigitNet and gives what was logged, with a callback that looks at its logits.
MediaLog confused_in(DigitNet& net, ConfusedLogitOptions options, std::int64_t epochs = 1) {
  Trainer trainer({.max_epochs = epochs, .device = "cpu"});
  MediaLog log;
  auto const listening = trainer.attach(log);
  trainer.add(ConfusedLogit(std::move(options), [&](auto const& x) { return net.forward(x); }));
  trainer.fit(net, digit_loader());
  return log;
}

/// A module that takes any batch, and learns nothing of it.
template <class AnyBatch>
struct Bystander : Net {
  torch::Tensor training_step(AnyBatch const&) { return linear->weight.sum(); }
};

/// One look at a batch, with whatever makes logits of it.
template <class AnyBatch>
MediaLog look(ConfusedLogitOptions options, AnyBatch const& batch,
              ConfusedLogit::Logits const& logits) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  MediaLog log;
  auto const listening = trainer.attach(log);
  trainer.add(ConfusedLogit(std::move(options), logits));
  Bystander<AnyBatch> net;
  trainer.fit(net, std::vector<AnyBatch>{batch});
  return log;
}

torch::Tensor flat(torch::Tensor const& images) { return images.flatten(1); }

TEST(ConfusedLogitTest, ShowsARowOfFivePicturesForEachConfusedSample) {
  TemporaryFolder const folder;
  DigitNet net;
  auto options = every_batch(3);
  options.logging_batch_interval = 4;
  options.folder = folder.path();
  auto const log = confused_in(net, options, 2);

  auto const pictures = log.all<Image>("confusing_imgs");
  ASSERT_EQ(pictures.size(), 4u);
  EXPECT_EQ(pictures[0].width, 5 * (8 + 2) + 2);
  EXPECT_EQ(pictures[0].height, 3 * (8 + 2) + 2);
  EXPECT_EQ(pictures[0].channels, 1);
  EXPECT_EQ(count(log.all<std::string>("confusing_logits").at(0), "\n"), 3);
  EXPECT_EQ(
      files_in(folder.path()),
      (std::vector<std::string>{
          "confusing_imgs-epoch=000-batch=00003.png", "confusing_imgs-epoch=000-batch=00007.png",
          "confusing_imgs-epoch=001-batch=00003.png", "confusing_imgs-epoch=001-batch=00007.png"}));
  EXPECT_EQ(bytes_of(folder.path() / "confusing_imgs-epoch=001-batch=00003.png"),
            encode_png(pictures[2]));
}

TEST(ConfusedLogitTest, AsksForLogitsOnlyWhenAPictureIsDue) {
  int asked = 0;
  Trainer trainer({.max_epochs = 2, .device = "cpu"});
  DigitNet net;
  trainer.on<event::MediaLogged>([](auto const&) {});
  trainer.add(ConfusedLogit({.top_k = 1, .logging_batch_interval = 4}, [&](auto const& images) {
    ++asked;
    return torch::zeros({images.size(0), 10});
  }));
  trainer.fit(net, digit_loader());
  EXPECT_EQ(asked, 4);
}

TEST(ConfusedLogitTest, FindsSamplesWithTwoHighAndCloseLogits) {
  auto const given = torch::tensor(
      {{5.04, 5.0, 9.0, 0.0}, {6.0, 6.08, 0.0, 0.0}, {4.9, 4.9, 0.0, 0.0}, {7.0, 0.0, 0.0, 7.05}});
  auto const images = torch::rand({4, 1, 2, 2});
  auto const logits = [&](torch::Tensor const& x) {
    auto const rows = (x.unsqueeze(1) == images.unsqueeze(0)).all(2).all(2).all(2);
    return given.index_select(0, rows.to(torch::kByte).argmax(1)) + 0 * x.sum();
  };
  EXPECT_EQ(look({.top_k = 9, .logging_batch_interval = 1}, images, logits)
                .all<std::string>("confusing_logits"),
            (std::vector<std::string>{"1 (6.080) or 0 (6.000)\n3 (7.050) or 0 (7.000)\n"}));
  EXPECT_EQ(look({.top_k = 1, .logging_batch_interval = 1}, images, logits)
                .all<std::string>("confusing_logits"),
            (std::vector<std::string>{"1 (6.080) or 0 (6.000)\n"}));
  EXPECT_EQ(
      look({.top_k = 1, .min_logit_value = 8, .logging_batch_interval = 1}, images, logits).names(),
      std::vector<std::string>());
}

torch::Tensor stretched(torch::Tensor const& image) {
  return (image - image.min()) / (image.max() - image.min()) * 255;
}

TEST(ConfusedLogitTest, ShowsTheGradientsOfEachSamplesOwnLogitsInAllChannels) {
  torch::manual_seed(1);
  auto const images = torch::rand({3, 3, 4, 5}) + 1;  // so far from 0 that logits are in order
  auto const weights = torch::rand({2, 3, 4, 5}) + torch::tensor({1.0, 0.0}).view({2, 1, 1, 1});
  auto const logits = [&](torch::Tensor const& x) {
    return (x.unsqueeze(1).square() * weights.unsqueeze(0)).sum({2, 3, 4});
  };
  auto const picture = look(every_batch(3), images, logits).all<Image>("confusing_imgs").at(0);
  EXPECT_EQ(picture.channels, 3);
  auto const shown = images_in(picture, 4, 5).to(torch::kFloat);
  ASSERT_EQ(shown.size(0), 3 * 5);
  for (std::int64_t row = 0; row < 3; ++row) {
    auto const& x = images[row];
    auto const g0 = 2 * x * weights[0];
    auto const g1 = 2 * x * weights[1];
    auto const expected = torch::stack({stretched(x), (g0 / g0.abs().max() + 1) * 127.5,
                                        (g1 / g1.abs().max() + 1) * 127.5, stretched(x + 2 * g0),
                                        stretched(x + 2 * g1)});
    EXPECT_LT((shown.slice(0, row * 5, row * 5 + 5) - expected).abs().max().item<float>(), 0.6);
  }
}

/// The digits of a picture and the gradients of their highest logits, (samples, 64).
struct Looked {
  torch::Tensor ink;       ///< 1 or 0
  torch::Tensor gradient;  ///< of mean square 1
};

Looked looked(Image const& picture) {
  auto const shown = images_in(picture, 8, 8).to(torch::kFloat).view({-1, 5, 64});
  auto const gradient = shown.select(1, 1) - 127.5;
  return {(shown.select(1, 0) > 64).to(torch::kFloat),
          gradient / gradient.square().mean(1, /*keepdim=*/true).sqrt()};
}

double mean_where(torch::Tensor const& values, torch::Tensor const& where) {
  return ((values * where).sum() / where.sum()).item<double>();
}

TEST(ConfusedLogitTest, ShowsWhereATrainedClassifierLooks) {
  torch::manual_seed(1);
  DigitNet untrained, trained;
  Trainer({.max_epochs = 30, .device = "cpu"}).fit(trained, digit_loader());
  auto const unseen = digits(1000).images.slice(0, 400);
  auto const look_of = [&](DigitNet& net) {
    net.eval();
    auto const log = look(every_batch(600), unseen, [&](auto const& x) { return net.forward(x); });
    return looked(log.all<Image>("confusing_imgs").at(0));
  };
  auto const learnt = look_of(trained);
  auto const noise = look_of(untrained);

  // Noise is everywhere; what was learnt is about ink: 1.0 and 1.5 times the energy of a picture.
  EXPECT_LT(mean_where(noise.gradient.square(), noise.ink), 1.2);
  EXPECT_GT(mean_where(learnt.gradient.square(), learnt.ink), 1.3);

  // More ink where this digit has it, and the next one has not, would make it clearer.
  auto const own_preference = [](Looked const& each) {
    auto const next = each.ink.roll(-1, 0);
    return mean_where(each.gradient, each.ink * (1 - next)) -
           mean_where(each.gradient, next * (1 - each.ink));
  };
  EXPECT_LT(std::abs(own_preference(noise)), 0.3);  // 0.1
  EXPECT_GT(own_preference(learnt), 0.6);           // 1.0
}

TEST(ConfusedLogitTest, LeavesTheTrainingAsItWas) {
  auto const train = [](bool with_callback) {
    torch::manual_seed(1);
    DigitNet net;
    if (with_callback) {
      confused_in(net, every_batch(4));
    } else {
      Trainer({.max_epochs = 1, .device = "cpu"}).fit(net, digit_loader());
    }
    return tensors_of(net);
  };
  EXPECT_TRUE(same_bits(train(true), train(false)));
}

TEST(ConfusedLogitTest, LeavesGradientsAndModesAsTheyWere) {
  Trainer trainer({.max_epochs = 1, .limit_train_batches = 2, .device = "cpu"});
  DigitNet net;
  std::vector<torch::Tensor> before;
  std::string modes;
  auto const gradients = [&] {
    std::vector<torch::Tensor> all;
    for (auto const& each : net.parameters()) all.push_back(each.grad().clone());
    return all;
  };
  trainer.on<event::TrainBatchEnd>([&](auto const&) {
    before = gradients();
    modes = modes_of(net);
  }, Order::kEarly);
  int looked = 0;
  trainer.add(ConfusedLogit(every_batch(2), [&](auto const& x) {
    ++looked;
    EXPECT_EQ(modes_of(net).find('t'), std::string::npos);
    return net.forward(x);
  }));
  trainer.on<event::MediaLogged>([](auto const&) {});
  trainer.on<event::TrainBatchEnd>([&](auto const&) {
    EXPECT_TRUE(same_bits(before, gradients()));
    EXPECT_EQ(modes_of(net), modes);
    EXPECT_NE(modes.find('e'), std::string::npos);
    EXPECT_NE(modes.find('t'), std::string::npos);
  }, Order::kLate);
  trainer.fit(net, digit_loader());
  EXPECT_EQ(looked, 4);
}

TEST(ConfusedLogitTest, WarnsOnceWhereNobodyWantsAPicture) {
  Trainer trainer({.max_epochs = 1, .device = "cpu"});
  DigitNet net;
  trainer.add(ConfusedLogit(every_batch(2), [&](auto const& x) {
    ADD_FAILURE() << "there is no use for logits";
    return net.forward(x);
  }));
  testing::internal::CaptureStderr();
  trainer.fit(net, digit_loader());
  EXPECT_EQ(
      count(testing::internal::GetCapturedStderr(),
            "ConfusedLogit makes no pictures: it has no folder, and no logger takes pictures"),
      1);
}

TEST(ConfusedLogitTest, KeepsNothingOfATrialRun) {
  TemporaryFolder const folder;
  Trainer trainer({.fast_dev_run = 1, .device = "cpu"});
  DigitNet net;
  auto options = every_batch(2);
  options.folder = folder.path();
  trainer.add(ConfusedLogit(options, [&](auto const& x) { return net.forward(x); }));
  trainer.fit(net, digit_loader());
  EXPECT_EQ(files_in(folder.path()), std::vector<std::string>());
}

/// A batch of somebody's own.
struct Pictures {
  torch::Tensor pictures;
};

TEST(ConfusedLogitTest, FindsTheInputOfUsualBatchesAndByAFunctionThatOfOthers) {
  auto const images = digits(4).images;
  auto const pictures = [&](auto const& batch, ConfusedLogitOptions const& options) {
    return look(options, batch, &flat).template all<Image>("confusing_imgs").size();
  };
  EXPECT_EQ(pictures(images, every_batch(2)), 1u);
  EXPECT_EQ(pictures(std::pair(images, images), every_batch(2)), 1u);
  EXPECT_EQ(pictures(Batch(images, images), every_batch(2)), 1u);

  auto const message =
      message_of<std::invalid_argument>([&] { pictures(Pictures{images}, every_batch(2)); });
  EXPECT_NE(message.find("give ConfusedLogit a function `input`"), std::string::npos) << message;
  auto options = every_batch(2);
  options.input = [](BatchRef batch) { return batch.get<Pictures>().pictures; };
  EXPECT_EQ(pictures(Pictures{images}, options), 1u);
}

TEST(ConfusedLogitTest, RefusesWhatHasNoGradientByAnImage) {
  auto const images = digits(4).images;
  auto const refusal = [&](auto const& logits) {
    return message_of<std::invalid_argument>([&] { look(every_batch(1), images, logits); });
  };
  EXPECT_EQ(refusal([](auto const& x) { return x.flatten(1).sum(1); }),
            "logits (samples, two classes or more) must be returned by the function of "
            "ConfusedLogit, but got Float[4]");
  EXPECT_EQ(
      refusal([](auto const& x) { return x.detach().flatten(1); }),
      "logits must depend on the input in the function of ConfusedLogit, but got Float[1, 64]");
  auto options = every_batch(1);
  options.input = [](BatchRef batch) { return batch.get<torch::Tensor>().flatten(1); };
  EXPECT_EQ(
      message_of<std::invalid_argument>([&] { look(options, images, &flat); }),
      "real images (samples, channels, height, width) must be the input of ConfusedLogit, but "
      "got Float[4, 64]");
}

TEST(ConfusedLogitTest, RefusesOptionsOutOfTheirRange) {
  auto const refusal = [](ConfusedLogitOptions const& options) {
    return message_of<std::invalid_argument>(
        [&] { ConfusedLogit(options, [](auto const& x) { return x; }); });
  };
  EXPECT_EQ(refusal({}), "top_k of ConfusedLogit must be >= 1, but got 0");
  EXPECT_EQ(refusal({.top_k = 1, .max_logit_difference = 0}),
            "max_logit_difference of ConfusedLogit must be > 0, but got 0");
  EXPECT_EQ(refusal({.top_k = 1, .logging_batch_interval = 0}),
            "logging_batch_interval of ConfusedLogit must be >= 1, but got 0");
  EXPECT_EQ(message_of<std::invalid_argument>([] { ConfusedLogit({.top_k = 1}, nullptr); }),
            "the function of ConfusedLogit must be given, but got none");
}

}  // namespace
}  // namespace sferic::test
