// make_program FILE [CLASSES]: a TorchScript file of a network with a carry, for six classes or so many.
#include <torch/script.h>
#include <torch/torch.h>

#include <cstdlib>

int main(int count, char** arguments) {
  const std::int64_t classes = count > 2 ? std::atoll(arguments[2]) : 6;
  torch::manual_seed(1);
  torch::jit::Module program("Net");
  program.register_parameter("weight", torch::randn({3, classes}).requires_grad_(), false);
  program.define(R"(
def forward(self, frames, seen: Optional[Tensor]):
    seen_now = torch.amax(frames.mean([3, 4]), 2)
    if seen is not None:
        seen_now = torch.maximum(seen_now, seen)
    return torch.matmul(seen_now, self.weight), seen_now
)");
  program.save(arguments[1]);
  return 0;
}
