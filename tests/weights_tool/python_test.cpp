// There and back with Python's torch, where it can be imported.

#include <gmock/gmock.h>

#include "python_torch.hpp"

namespace pgt::weights {
namespace {

TEST_F(PythonTorch, WritesWhatIsReadHereBitForBit) {
  if (!check({"write", folder_.string()})) GTEST_SKIP() << printed_;
  std::vector<std::string> pairs{"same"};
  for (const std::string file : {"bare.pth", "old.pth", "full.pyth"}) {
    const HostRun run = weights({"export", path(file), "--out", path(file + ".safetensors")});
    EXPECT_EQ(run.code, 0) << run.err;
    pairs.insert(pairs.end(), {path(file), path(file + ".safetensors")});
  }
  check(pairs);
  EXPECT_EQ(printed_, "16 tensors\n16 tensors\n16 tensors\n");
}

TEST_F(PythonTorch, ReadsWhatIsWrittenHere) {
  if (!check({"write", folder_.string()})) GTEST_SKIP() << printed_;
  ASSERT_EQ(weights({"export", path("bare.pth"), "--out", path("out.safetensors")}).code, 0);
  for (const std::string file : {"again.pth", "again.pyth"}) {
    ASSERT_EQ(weights({"export", path("out.safetensors"), "--out", path(file)}).code, 0);
  }
  const std::string ours = path("out.safetensors");
  check({"same", path("again.pth"), ours, path("again.pyth"), ours});
  EXPECT_EQ(printed_, "16 tensors\n16 tensors\n");
}

TEST_F(PythonTorch, WithNumpyWritesCaffe2PicklesThatAreReadHere) {
  if (!check({"write", folder_.string()})) GTEST_SKIP() << printed_;
  if (!fs::exists(folder_ / "caffe2.pkl")) GTEST_SKIP() << "numpy cannot be imported";
  ASSERT_EQ(weights({"export", path("caffe2.pkl"), "--out", path("blobs.safetensors")}).code, 0);
  ASSERT_EQ(weights({"export", path("bare.pth"), "--out", path("out.safetensors")}).code, 0);
  const Tensors blobs = nn::read_safetensors(folder_ / "blobs.safetensors").tensors;
  const Tensors tensors = nn::read_safetensors(folder_ / "out.safetensors").tensors;
  EXPECT_EQ(blobs.size(), 3U);
  EXPECT_TRUE(blobs.at("view").equal(tensors.at("view")));
  EXPECT_TRUE(blobs.at("transposed").equal(tensors.at("transposed")));
  EXPECT_TRUE(blobs.at("of.F64").equal(tensors.at("of.F64").to(torch::kFloat)));
}

}  // namespace
}  // namespace pgt::weights
