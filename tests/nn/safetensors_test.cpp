#include "nn/safetensors.hpp"

#include <gmock/gmock.h>
#include <torch/torch.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "base/error.hpp"
#include "base/file.hpp"

namespace pgt::nn {
namespace {

using testing::HasSubstr;

class Safetensors : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "pgt-safetensors-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    file_ = folder_ / "file.safetensors";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& bytes) { std::ofstream(file_, std::ios::binary) << bytes; }
  /// A file of this header and that many bytes of tensors.
  void write_with_header(const std::string& header, std::size_t bytes) {
    std::uint64_t length = header.size();
    std::string start(8, '\0');
    std::memcpy(start.data(), &length, 8);
    write(start + header + std::string(bytes, 'x'));
  }
  std::string error() {
    try {
      read_safetensors(file_);
    } catch (const Error& problem) {
      EXPECT_EQ(problem.code(), ExitCode::plugin);
      EXPECT_THAT(problem.what(), HasSubstr(file_.string()));
      return problem.what();
    }
    return "no error";
  }

  std::filesystem::path folder_;
  std::filesystem::path file_;
};

std::string many(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TensorFile example() {
  TensorFile content;
  content.tensors["weight"] = torch::arange(6, torch::kFloat).view({2, 3});
  content.tensors["a.scalar"] = torch::tensor(7, torch::kLong);
  content.tensors["empty"] = torch::empty({0, 4}, torch::kDouble);
  content.tensors["flags"] = torch::tensor({true, false, true});
  content.tensors["half"] = torch::tensor({1.5, -2.0}, torch::kHalf);
  content.metadata = {{"classes", "[\"a\", \"ü\"]"}, {"version", "1"}};
  return content;
}

TEST_F(Safetensors, GivesBackWhatWasWritten) {
  const TensorFile written = example();
  write_safetensors(file_, written);
  const TensorFile read = read_safetensors(file_);
  EXPECT_EQ(read.metadata, written.metadata);
  ASSERT_EQ(read.tensors.size(), written.tensors.size());
  for (const auto& [name, tensor] : written.tensors) {
    EXPECT_EQ(read.tensors.at(name).scalar_type(), tensor.scalar_type()) << name;
    EXPECT_TRUE(read.tensors.at(name).equal(tensor)) << name;
  }
}

TEST_F(Safetensors, WritesTheSameBytesForTheSameContent) {
  write_safetensors(file_, example());
  const std::string first = read_file(file_);
  TensorFile again = example();
  again.tensors["weight"] = torch::arange(6, torch::kFloat).view({3, 2}).t().contiguous().t().reshape({2, 3});
  write_safetensors(file_, again);
  EXPECT_EQ(read_file(file_), first);
}

TEST_F(Safetensors, WritesTheValuesOfAView) {
  TensorFile content;
  content.tensors["column"] = torch::arange(6, torch::kFloat).view({2, 3}).select(1, 1);
  write_safetensors(file_, content);
  EXPECT_TRUE(read_safetensors(file_).tensors.at("column").equal(torch::tensor({1.F, 4.F})));
}

TEST_F(Safetensors, HasTheLayoutThatOthersRead) {
  TensorFile content;
  content.tensors["b"] = torch::tensor({1}, torch::kByte);
  content.tensors["a"] = torch::tensor({2}, torch::kByte);
  write_safetensors(file_, content);
  const std::string bytes = read_file(file_);
  EXPECT_EQ(bytes[0] % 8, 0);
  EXPECT_THAT(
      bytes.substr(8),
      testing::MatchesRegex(
          R"(\{"__metadata__":\{"pgt.crc32c":"[0-9a-f]+"\},"a":\{"data_offsets":\[0,1\],"dtype":"U8","shape":\[1\]\},)"
          R"("b":\{"data_offsets":\[1,2\],"dtype":"U8","shape":\[1\]\}\} *)"
          "\2\1"));
}

TEST_F(Safetensors, NoticesAnyBitThatFlips) {
  const TensorFile written = example();
  write_safetensors(file_, written);
  EXPECT_TRUE(read_safetensors(file_).checked);
  const std::string whole = read_file(file_);
  for (std::size_t place = 0; place < whole.size(); ++place) {
    std::string flipped = whole;
    flipped[place] ^= 0x04;
    write(flipped);
    try {
      const TensorFile read = read_safetensors(file_);  // of the header's blanks, or of the checksum's name
      ASSERT_EQ(read.tensors.size(), written.tensors.size()) << place;
      for (const auto& [name, tensor] : written.tensors) ASSERT_TRUE(read.tensors.at(name).equal(tensor)) << place;
      ASSERT_LE(read.metadata.size() - written.metadata.size(), read.checked ? 0U : 1U) << place;
    } catch (const Error&) {
    }
  }
}

TEST_F(Safetensors, RefusesAFileCutAtAnyByte) {
  write_safetensors(file_, example());
  const std::string whole = read_file(file_);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write(whole.substr(0, length));
    ASSERT_NE(error(), "no error") << length << " of " << whole.size() << " bytes";
  }
  write(whole + "x");
  EXPECT_THAT(error(), HasSubstr("bytes of tensors, but its header describes"));
}

TEST_F(Safetensors, RefusesALengthBeyondTheFile) {
  write(std::string(8, '\xff') + "{}");
  EXPECT_THAT(error(), HasSubstr("its header has 18446744073709551615 bytes, but the file has 10"));
}

TEST_F(Safetensors, RefusesAHeaderThatIsNotWhatItSays) {
  const auto refuses = [this](const std::string& header, std::size_t bytes, const std::string& reason) {
    write_with_header(header, bytes);
    EXPECT_THAT(error(), HasSubstr(reason)) << header;
  };
  refuses("[", 0, "broken header");
  refuses("[1]", 0, "otherwise than as an object");
  refuses("[]", 0, "has a header that is not an object");
  refuses(R"({"a":[[]]})", 0, "describes a otherwise than as an object");
  refuses(R"({"a":{"b":[)" + many("[],", 10'000) + "[]]}}", 0, "describes a in more than 10000 values");
  refuses(R"({")" + many("a", 501) + R"(":{}})", 0, "a name of 501 bytes");
  refuses(
      R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})", 0,
      "holds a twice");
  refuses(R"({"a":{"dtype":"F32","shape":[1]}})", 4, "broken header");
  refuses(R"({"__metadata__":{"a":1}})", 0, "broken header");
  refuses(R"({"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}})", 4, "unknown type \"F31\"");
  refuses(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4, "-1 where a size or place belongs");
  refuses(R"({"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})", 4, "1.5 where a size or place belongs");
  refuses(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}})", 4, "without two data_offsets");
  refuses(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4, "need 8 bytes, at [0, 4)");
  refuses(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4, "need 4 bytes, at [4, 0)");
  refuses(R"({"a":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,0]}})", 0,
          "impossible shape");
  refuses(R"({"a":{"dtype":"F32","shape":[0,4611686018427387904,4611686018427387904],"data_offsets":[0,0]}})", 0,
          "impossible shape");
  refuses(R"({"a":{"dtype":"U8","shape":[1000000000000],"data_offsets":[0,1000000000000]}})", 8,
          "has 8 bytes of tensors, but its header describes 1000000000000");
  refuses(
      R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})", 3,
      "holds b at byte 1 where byte 2 comes next");
  refuses(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", 2, "holds a at byte 1 where byte 0 comes next");
}

TEST_F(Safetensors, NamesAFileThatIsNotThere) {
  try {
    read_safetensors(folder_ / "none");
    FAIL() << "read a file that is not there";
  } catch (const Error& problem) {
    EXPECT_EQ(problem.code(), ExitCode::io);
    EXPECT_THAT(problem.what(), HasSubstr("none: cannot be opened"));
  }
}

TEST_F(Safetensors, OfAnotherKindAreNamedForWhatTheyAre) {
  const std::string rest(100, 'x');
  write("PK\x03\x04" + rest);
  EXPECT_THAT(error(), HasSubstr("is a file of PyTorch"));
  write("\x80\x02}q" + rest);
  EXPECT_THAT(error(), HasSubstr("is a pickle"));
  write("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n");
  EXPECT_THAT(error(), HasSubstr("git lfs pull"));
  write("<!DOCTYPE html><html>" + rest);
  EXPECT_THAT(error(), HasSubstr("is a web page"));
  write("a text of a hundred letters" + rest);
  EXPECT_THAT(error(), HasSubstr("is not a safetensors file"));
  write("wxyzwxyz{" + rest);
  EXPECT_THAT(error(), HasSubstr("says that its header has"));
}

TEST_F(Safetensors, WhoseHeadersSizeBeginsLikeAnotherKindAreRead) {
  const std::string header = R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})";
  ASSERT_LT(header.size(), 60U);
  write_with_header(header + std::string('<' - header.size(), ' '), 1);
  EXPECT_EQ(read_safetensors(file_).tensors.size(), 1U);
}

}  // namespace
}  // namespace pgt::nn
