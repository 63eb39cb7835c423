// What files of weights hold, in all their containers.

#include "contents.hpp"

#include <gmock/gmock.h>

#include <cstring>

#include "pickles.hpp"

namespace pgt::weights {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// The elements of a float tensor in row-major order.
std::vector<float> floats(const Tensor& tensor) {
  std::vector<float> values;
  std::vector<std::int64_t> index(tensor.shape.size());
  for (std::int64_t i = 0; i < tensor.elements(); ++i) {
    std::int64_t rest = i, place = 0;
    for (std::size_t dim = index.size(); dim-- > 0;) {
      place += rest % tensor.shape[dim] * tensor.strides[dim];
      rest /= tensor.shape[dim];
    }
    float value = 0;
    std::memcpy(&value, tensor.bytes.substr(static_cast<std::size_t>(place) * 4, 4).data(), 4);
    values.push_back(value);
  }
  return values;
}

TEST(Contents, OfATorchZip) {
  const std::string file = torch_zip(checkpoint(TorchTensor().opcodes()));
  const Contents contents = read_contents(file);
  EXPECT_EQ(contents.container, "torch (zip)");
  ASSERT_EQ(contents.tensors.size(), 1U);
  EXPECT_EQ(contents.tensors[0].group, "model_state");
  EXPECT_EQ(contents.tensors[0].name, "conv.weight");
  EXPECT_EQ(contents.tensors[0].tensor.type, Type::f32);
  EXPECT_THAT(contents.tensors[0].tensor.shape, ElementsAre(2, 3));
  EXPECT_THAT(floats(contents.tensors[0].tensor), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(Contents, OfTheOldTorchContainer) {
  const std::string storages = little_endian(6, 8) + six_floats;
  const std::string file = old_torch(checkpoint(TorchTensor().opcodes("N")), storages);
  const Contents contents = read_contents(file);
  EXPECT_EQ(contents.container, "torch (before 1.6)");
  ASSERT_EQ(contents.tensors.size(), 1U);
  EXPECT_THAT(floats(contents.tensors[0].tensor), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(Contents, OfACaffe2Pickle) {
  const std::string file = caffe2("f4", "<", {2, 3}, six_floats);
  const Contents contents = read_contents(file);
  EXPECT_EQ(contents.container, "pickle");
  ASSERT_EQ(contents.tensors.size(), 1U);
  EXPECT_EQ(contents.tensors[0].group, "blobs");
  EXPECT_THAT(floats(contents.tensors[0].tensor), ElementsAre(0, 1, 2, 3, 4, 5));
  const std::string columns = caffe2("f4", "<", {2, 3}, six_floats, true);
  EXPECT_THAT(floats(read_contents(columns).tensors[0].tensor), ElementsAre(0, 2, 4, 1, 3, 5));
}

TEST(Contents, OfBytesThatPython3WroteAsText) {
  const std::string encoded = global("_codecs", "encode") + "(" + text("\xc2\x80?a") + text("latin1") + "tR";
  const std::string file =
      pickle(std::string("}") + text("a") + global("numpy.core.multiarray", "_reconstruct") + "(tR(K\x01" +
             integers({3}) + global("numpy", "dtype") + "(" + text("u1") + "tR\x89" + encoded + "tbs");
  const Contents contents = read_contents(file);
  ASSERT_EQ(contents.tensors.size(), 1U);
  EXPECT_EQ(contents.tensors[0].tensor.bytes, "\x80?a");
}

TEST(Contents, AreFoundBesideWhatIsNoWeights) {
  const std::string arguments = global("argparse", "Namespace") + ")\x81}" + text("lr") + "K\x01" + "sb";
  const std::string size = global("torch", "Size") + "(K\x02K\x03t\x85R";
  const std::string device = global("torch", "device") + text("cpu") + "\x85R";
  const std::string file = torch_zip(pickle(
      std::string("}(") + text("args") + arguments + text("size") + size + text("device") + device + text("type") +
      global("torch", "float32") + text("model") + "}" + text("conv.weight") + TorchTensor().opcodes() + "su"));
  const Contents contents = read_contents(file);
  ASSERT_EQ(contents.tensors.size(), 1U);
  EXPECT_EQ(contents.tensors[0].group, "model");
}

TEST(Contents, ArePrintedWithoutWhatATerminalObeys) {
  EXPECT_EQ(printable("a\x1b[2J\n\x7f \xc2\x9b \xc3\xbc"), "a?[2J?? \xc2? \xc3\xbc");
}

TEST(Contents, AreViewsWithOffsetAndStrides) {
  const TorchTensor column{.offset = 1, .shape = {2}, .strides = {3}};
  const std::string file = torch_zip(checkpoint(column.opcodes()));
  EXPECT_THAT(floats(read_contents(file).tensors[0].tensor), ElementsAre(1, 4));
}

TEST(Contents, MayHaveNoElementsOrNoDimensions) {
  const std::string none = torch_zip(checkpoint(TorchTensor{.shape = {0, 4}, .strides = {4, 1}}.opcodes()));
  EXPECT_EQ(read_contents(none).tensors[0].tensor.elements(), 0);
  const std::string scalar = torch_zip(checkpoint(TorchTensor{.offset = 5, .shape = {}, .strides = {}}.opcodes()));
  EXPECT_THAT(floats(read_contents(scalar).tensors[0].tensor), ElementsAre(5));
}

TEST(Contents, OfADictionaryThatHoldsItselfAreListedOnce) {
  const std::string file = torch_zip(pickle("}q" + std::string(1, '\0') + text("self") + "h" + std::string(1, '\0') +
                                            "s" + text("w") + TorchTensor().opcodes() + "s"));
  EXPECT_EQ(read_contents(file).tensors.size(), 1U);
}

TEST(Contents, OfSomethingElseAreNamedSo) {
  EXPECT_THAT(refusal(""), HasSubstr("is not a known file of weights"));
  EXPECT_THAT(refusal("GIF89a"), HasSubstr("is not a known file of weights"));
  EXPECT_THAT(refusal(zip({{"a/readme", "hello"}})), HasSubstr("not a file of torch.save"));
}

}  // namespace
}  // namespace pgt::weights
