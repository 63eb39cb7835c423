/// Where a run computes.
///
/// Note [The same bits on a GPU]
/// Most of LibTorch's kernels for GPUs add in an order of their own in every run, unless they are asked not to; so they
/// are (cuBLAS by an environment variable, cli/engine_library.cpp), which costs a hundredth of the time. A few have no
/// other way: the gradient of max pooling over three dimensions (the "imagenet" stem) and of adaptive pooling. A
/// network without them ends with the same bits after a run that was stopped, as on the CPU; with them the last digits
/// differ.
#pragma once

#include <c10/core/Device.h>

#include <string>

namespace pgt::session {

/// The device that [train] device asks for; "auto" is the first GPU, or the CPU where there is none. Of several
/// processes on a machine (dist::World) each gets a GPU of its own, where there are enough and none is named. Asks a
/// GPU's kernels for the same bits in every run. Throws Error(device) if it is not there. Thread: the one that will
/// train.
c10::Device choose_device(const std::string& option);

}  // namespace pgt::session
