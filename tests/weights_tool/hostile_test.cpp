// Files that want to do harm. None is executed, none takes more memory than it is large and a constant.

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <fstream>

#include "pickles.hpp"

namespace pgt::weights {
namespace {

using testing::HasSubstr;

TEST(HostileWeights, ThatCallAFunctionAreRefusedByItsName) {
  const std::string command = text("touch executed");
  for (const std::string& opcodes : {
           global("os", "system") + "(" + command + "tR",
           global("posix", "system") + command + "\x85R",
           text("posix") + text("system") + "\x93" + command + "\x85R",
       }) {
    EXPECT_THAT(refusal(torch_zip(pickle(opcodes))), HasSubstr("system, which is not read here: nothing was executed"));
    EXPECT_THAT(refusal(pickle(opcodes)), HasSubstr("nothing was executed"));
    EXPECT_THAT(refusal(torch_zip(checkpoint(opcodes))), HasSubstr("nothing was executed"));
  }
  for (const auto& [module, name] : std::vector<std::pair<std::string, std::string>>{
           {"builtins", "eval"}, {"torch.storage", "_load_from_bytes"}, {"torch", "load"}, {"collections", "deque"}}) {
    EXPECT_THAT(refusal(pickle(global(module, name) + ")R")), HasSubstr(module + "." + name));
  }
}

TEST(HostileWeights, ThatUseOtherOpcodesAreRefused) {
  // INST, OBJ, EXT1, PERSID, INT, NEXT_BUFFER
  for (const std::string& opcode : std::vector<std::string>{"i", "o", "\x82", "P", "I", "\x97"}) {
    EXPECT_THAT(refusal(pickle("](" + opcode + "os\nsystem\n")), HasSubstr("something else than weights"));
  }
}

TEST(HostileWeights, ThatClaimWhatIsNotThereAreRefused) {
  EXPECT_THAT(refusal(pickle("\x8e" + little_endian(~0ULL, 8))), HasSubstr("cut short"));
  EXPECT_THAT(refusal(pickle("T" + little_endian(0xffffffff, 4))), HasSubstr("cut short"));
  const auto tensor = [](const TorchTensor& claim) { return refusal(torch_zip(checkpoint(claim.opcodes()))); };
  EXPECT_THAT(tensor({.shape = {1'000'000'000'000}, .strides = {1}}), HasSubstr("larger than its 6 elements"));
  EXPECT_THAT(tensor({.shape = {1'000'000'000'000}, .strides = {0}}), HasSubstr("larger than its 6 elements"));
  EXPECT_THAT(tensor({.shape = {1LL << 62, 1LL << 62}, .strides = {1, 1}}), HasSubstr("larger than"));
  EXPECT_THAT(tensor({.shape = {2, 2}, .strides = {1LL << 62, 1LL << 62}}), HasSubstr("larger than"));
  EXPECT_THAT(tensor({.offset = 1}), HasSubstr("larger than its 6 elements"));
  EXPECT_THAT(tensor({.offset = -1}), HasSubstr("makes no sense"));
  EXPECT_THAT(tensor({.shape = {-2, 3}}), HasSubstr("makes no sense"));
  EXPECT_THAT(tensor({.strides = {3, -1}}), HasSubstr("makes no sense"));
  EXPECT_THAT(tensor({.shape = {6}}), HasSubstr("makes no sense"));
  EXPECT_THAT(tensor({.storage = -6}), HasSubstr("makes no sense"));
  EXPECT_THAT(refusal(caffe2("f4", "<", {1'000'000'000}, six_floats)), HasSubstr("in 24 bytes"));
  EXPECT_THAT(refusal(caffe2("f4", "<", {1LL << 62, 1LL << 62}, six_floats)), HasSubstr("makes no sense"));
  EXPECT_THAT(refusal(caffe2("f4", ">", {2, 3}, six_floats)), HasSubstr("big-endian"));
  EXPECT_THAT(refusal(caffe2("O8", "|", {1}, six_floats)), HasSubstr("unknown type"));
  const std::string old = checkpoint(TorchTensor().opcodes("N"));
  EXPECT_THAT(refusal(old_torch(old, little_endian(~0ULL, 8) + six_floats)), HasSubstr("impossible size"));
  EXPECT_THAT(refusal(old_torch(old, little_endian(1ULL << 40, 8) + six_floats)), HasSubstr("cut short"));
}

TEST(HostileWeights, ThatAreNoPicklesAreRefused) {
  for (const std::string opcodes :
       {"0", "R", "t", "s", "h\5", "(((1110", "]K\1K\2s", "K\1K\1R", "K\1K\1b", "K\1Q", "NK\1a",
        "\x8a\x09"
        "123456789",
        "\x93", "r\xff\xff\xff\xff"}) {
    EXPECT_NE(refusal(pickle(opcodes)), "it was read") << testing::PrintToString(opcodes);
  }
}

TEST(HostileWeights, CutShortAreRefusedAtEveryByte) {
  const std::string pickled = checkpoint(TorchTensor().opcodes("N"));
  for (const std::string& file : {torch_zip(pickled), old_torch(pickled, little_endian(6, 8) + six_floats),
                                  caffe2("f4", "<", {2, 3}, six_floats)}) {
    ASSERT_EQ(refusal(file), "it was read");
    for (std::size_t length = 0; length < file.size(); ++length) {
      ASSERT_NE(refusal(file.substr(0, length)), "it was read") << length << " of " << file.size() << " bytes";
    }
  }
}

TEST(HostileWeights, WithAnyByteChangedAreReadOrRefused) {
  const std::string pickled = checkpoint(TorchTensor().opcodes("N"));
  for (const std::string& file : {torch_zip(pickled), old_torch(pickled, little_endian(6, 8) + six_floats)}) {
    for (std::size_t place = 0; place < file.size(); ++place) {
      for (const char value : {'\0', '\x7f', '\xff', '.'}) {
        std::string changed = file;
        changed[place] = value;
        refusal(changed);
      }
    }
  }
}

/// Reads the file in a process that may have no more memory than it has now, the file's size, and `constant`.
void expect_bounded(const std::string& file) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers reserve terabytes";
#endif
  constexpr std::size_t constant = 400 << 20;
  const auto read_limited = [&] {
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const rlim_t bytes = pages * 4096 + file.size() + constant;
    const rlimit limit{bytes, bytes};
    setrlimit(RLIMIT_AS, &limit);
    try {
      read_contents(file);
    } catch (const Error& error) {
      std::fprintf(stderr, "%s\n", error.what());
      std::exit(0);
    }
    std::exit(0);
  };
  EXPECT_EXIT(read_limited(), testing::ExitedWithCode(0), "");
}

TEST(HostileWeights, OfManyValuesTakeBoundedMemory) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  constexpr std::size_t many = 20'000'000;
  EXPECT_THAT(refusal(pickle(std::string(many, ']'))), HasSubstr("more than 1000000 steps"));
  expect_bounded(pickle(std::string(many, ']')));
  expect_bounded(pickle(std::string(many, '(')));
  expect_bounded(pickle("]" + std::string(many, '2')));
}

TEST(HostileWeights, ThatRepeatWhatTheyHoldTakeBoundedMemory) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  // One text of a megabyte, decoded, and used as a name, again and again.
  const std::string name = text(std::string(1 << 20, 'a')) + "q" + std::string(1, '\1');
  std::string decodes, names, pairs, nested;
  for (int i = 0; i < 50'000; ++i) {
    decodes += global("_codecs", "encode") + "h\1" + text("latin1") + "\x86R0";
    names += "h\1]s";
    pairs += global("collections", "OrderedDict") + "h\2\x85R0";
    nested += "](";
  }
  EXPECT_THAT(refusal(pickle(name + decodes)), HasSubstr("more text than it has bytes"));
  expect_bounded(pickle(name + decodes));
  EXPECT_THAT(refusal(pickle(name + "0}" + names)), HasSubstr("a name of 1048576 bytes"));
  expect_bounded(pickle(name + "0}" + names));
  // A list of many pairs, made into a dictionary again and again.
  std::string list = "](";
  for (int i = 0; i < 100'000; ++i) list += "h\3";
  expect_bounded(pickle("](K\1K\2eq\3" + list + "eq\2" + pairs));
  expect_bounded(pickle(nested));
}

TEST(HostileWeights, ThatAreOneTensorUnderManyNamesAreRefused) {
  constexpr std::int64_t elements = 1 << 16;
  const TorchTensor tensor{.storage = elements, .shape = {elements}, .strides = {1}};
  const auto file = [&](int names) {
    std::string opcodes = std::string("}") + text("0") + tensor.opcodes() + "q\7s";
    for (int i = 1; i < names; ++i) opcodes += text(std::to_string(i)) + "h\7s";
    return torch_zip(pickle(opcodes), std::string(elements * sizeof(float), 'x'));
  };
  EXPECT_EQ(refusal(file(3)), "it was read") << "tensors may share what they hold";
  EXPECT_THAT(refusal(file(10)), HasSubstr("holds tensors that repeat its bytes"));
}

TEST(HostileWeights, InAZipArchiveThatLiesAreRefused) {
  const std::string good = torch_zip(checkpoint(TorchTensor().opcodes()));
  const std::size_t end = good.rfind("PK\5\6");
  std::string lying = good;
  lying.replace(end + 16, 4, "\xff\xff\xff\x7f");  // where the directory is
  EXPECT_NE(refusal(lying), "it was read");
  lying = good;
  lying.replace(good.find("PK\1\2") + 10, 1, "\x08");  // the method: compressed
  EXPECT_THAT(refusal(lying), HasSubstr("compressed"));
  lying = good;
  lying.replace(good.find("PK\1\2") + 20, 8, std::string(8, '\x7f'));  // both sizes
  EXPECT_THAT(refusal(lying), HasSubstr("cut short"));
}

}  // namespace
}  // namespace pgt::weights
