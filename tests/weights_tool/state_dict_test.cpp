#include "state_dict.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include "base/file.hpp"
#include "pickles.hpp"

namespace pgt::weights {
namespace {

class StateDict : public testing::Test {
 protected:
  StateDict() {
    std::string pattern = (std::filesystem::temp_directory_path() / "pgt-weights-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~StateDict() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};

std::vector<NamedTensor> example() {
  return {{"", "a.weight", {Type::f32, {2, 3}, {3, 1}, six_floats}},
          {"", "b.count", {Type::i64, {}, {}, std::string_view(six_floats).substr(0, 8)}},
          {"", "c.empty", {Type::f16, {0, 4}, {4, 1}, {}}},
          {"", "ü", {Type::boolean, {3}, {1}, std::string_view(six_floats).substr(4, 3)}}};
}

TEST_F(StateDict, IsReadBackBitForBit) {
  for (const std::string group : {"", "model_state"}) {
    write_state_dict(folder_ / "file.pth", example(), group);
    const std::string bytes = read_file(folder_ / "file.pth");
    const Contents contents = read_contents(bytes);
    EXPECT_EQ(contents.container, "torch (zip)");
    ASSERT_EQ(contents.tensors.size(), example().size());
    for (std::size_t i = 0; i < contents.tensors.size(); ++i) {
      const NamedTensor& read = contents.tensors[i];
      const NamedTensor written = example()[i];
      EXPECT_EQ(read.group, group);
      EXPECT_EQ(read.name, written.name);
      EXPECT_EQ(read.tensor.type, written.tensor.type);
      EXPECT_EQ(read.tensor.shape, written.tensor.shape);
      EXPECT_EQ(read.tensor.bytes, written.tensor.bytes);
    }
  }
}

TEST_F(StateDict, IsTheSameForTheSameTensors) {
  write_state_dict(folder_ / "one.pth", example(), "");
  write_state_dict(folder_ / "two.pth", example(), "");
  EXPECT_EQ(read_file(folder_ / "one.pth"), read_file(folder_ / "two.pth"));
}

TEST_F(StateDict, RefusesMoreTensorsThanTheFormatHolds) {
  const std::vector<NamedTensor> many(65'536, {"", "a", {Type::f32, {0}, {1}, {}}});
  try {
    write_state_dict(folder_ / "file.pth", many, "");
    FAIL() << "wrote what nobody can read";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("file.pth: 65539 entries, more than this format holds"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "file.pth"));
}

TEST_F(StateDict, NamesAFolderThatIsNotThere) {
  try {
    write_state_dict(folder_ / "none" / "file.pth", example(), "");
    FAIL() << "wrote into a folder that is not there";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::io);
    EXPECT_THAT(error.what(), testing::HasSubstr("none"));
  }
}

}  // namespace
}  // namespace pgt::weights
