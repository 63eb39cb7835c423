// Writes the files that a fuzzer of weights starts from: make_seeds FOLDER

#include <fstream>

#include "weights_tool/pickles.hpp"

int main(int, char** argv) {
  using namespace pgt::weights;
  const std::string tensor = checkpoint(TorchTensor().opcodes("N"));
  int number = 0;
  for (const std::string& file : {torch_zip(tensor), old_torch(tensor, little_endian(6, 8) + six_floats),
                                  caffe2("f4", "<", {2, 3}, six_floats), tensor}) {
    std::ofstream(std::string(argv[1]) + "/" + std::to_string(number++), std::ios::binary) << file;
  }
}
