"""The peer of `tools/bench train`: usage: bench_train_peer.py clip PRECISION DEVICE BATCH

Trains Slow R50 of pytorchvideo on one batch that lies in memory, eagerly. Prints the median seconds of an iteration, its
CPU seconds and the peak memory in bytes; exits with 1 where Python lacks what is needed.
"""

import contextlib
import resource
import statistics
import sys
import time


def main(kind, precision, device, batch):
    try:
        import torch
        from pytorchvideo.models.resnet import create_resnet
    except ImportError:
        sys.exit(1)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "tf32"
    network = create_resnet(model_depth=50, model_num_class=2).to(device).train()
    pictures = torch.randn(int(batch), 3, 8, 224, 224, device=device)
    half = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(precision)
    if device != "cpu":  # the layout that is fastest there
        network = network.to(memory_format=torch.channels_last_3d)
        pictures = pictures.contiguous(memory_format=torch.channels_last_3d)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.001, momentum=0.9, weight_decay=1e-4, nesterov=True)
    labels = torch.randint(0, 2, (int(batch),), device=device)
    seconds, cpu = [], []
    for _ in range(8):
        start, cpu_start = time.perf_counter(), time.process_time()
        with torch.autocast(device.split(":")[0], half) if half else contextlib.nullcontext():
            loss = torch.nn.functional.cross_entropy(network(pictures), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()
        seconds.append(time.perf_counter() - start)
        cpu.append(time.process_time() - cpu_start)
    peak = (torch.cuda.max_memory_allocated() if device != "cpu"
            else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
    print(statistics.median(seconds[2:]), statistics.median(cpu[2:]), peak)


main(*sys.argv[1:])
