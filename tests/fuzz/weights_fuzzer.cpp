// libFuzzer: whatever the bytes, the reader lists tensors whose elements are all in what it was given, or refuses.

#include <cstdlib>

#include "base/error.hpp"
#include "contents.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  try {
    const std::string_view file(reinterpret_cast<const char*>(data), size);
    const pgt::weights::Contents contents = pgt::weights::read_contents(file);
    for (const pgt::weights::NamedTensor& named : contents.tensors) {
      const pgt::weights::Tensor& tensor = named.tensor;
      if (tensor.elements() == 0) continue;
      std::size_t last = 0;
      for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
        last += static_cast<std::size_t>((tensor.shape[i] - 1) * tensor.strides[i]);
      }
      if ((last + 1) * pgt::weights::size_of(tensor.type) > tensor.bytes.size()) std::abort();
    }
  } catch (const pgt::Error&) {
  }
  return 0;
}
