#!/usr/bin/env python3
"""Runs in PyTorch what DeviceTimes ran, on the same GPU, and prints a table of both.

usage: gpu_peer.py FOLDER [--seconds S]

FOLDER holds times.jsonl and the programs that DeviceTimes wrote: the operations of each row as calls of PyTorch,
eager, channels last, attention by scaled_dot_product_attention, weights random. A training step is forward, mean
squared error, backward, clipping, fused AdamW and a moving average. Writes FOLDER/table.md. Without PyTorch or a GPU
the peer's columns stay empty.
"""
import argparse
import json
import os
import statistics
import sys
import time
from typing import List, Optional

try:
    import torch
    import torch.nn.functional as functional

    GPU = torch.cuda.is_available()
except ImportError:
    torch = None
    GPU = False


class Operators:
    """torch's functions by the names that TorchScript knows them by."""

    def __getattr__(self, name):
        if name == "upsample_nearest2d":
            return lambda x, size, *scales: functional.interpolate(x, size=size, mode="nearest")
        if name == "view":
            return lambda x, shape: x.view(shape)
        if name == "conv2d":
            return lambda x, w, b, stride, pad, dilation, groups: functional.conv2d(
                x, w, b, stride, pad, dilation, groups)
        for module in (functional, torch):
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(name)


def compile_program(program):
    source = "def forward(x, w):\n" + program["lines"] + "  return " + program["result"] + "\n"
    names = {"torch": Operators(), "annotate": lambda kind, value: value, "Optional": Optional, "List": List,
             "Tensor": object}
    exec(compile(source, "program", "exec"), names)
    return names["forward"]


def tensors(program, device, dtype):
    torch.manual_seed(3)
    x = []
    for shape in program["inputs"]:
        t = torch.randn(shape, device=device).to(dtype)
        x.append(t.permute(0, 3, 1, 2) if len(shape) == 4 else t)
    w = []
    for weight in program["weights"]:
        shape = weight["shape"]
        fan = 1
        for s in shape[1:]:
            fan *= s
        t = (torch.randn(shape, device=device) / fan ** 0.5).to(dtype)
        if weight["convolution"]:
            t = t.contiguous(memory_format=torch.channels_last)
        w.append(t)
    return x, w


def measure(step, seconds):
    """Median time of a call in ms, of calls submitted one after the other."""
    for _ in range(5):
        step()
    torch.cuda.synchronize()
    start = time.perf_counter()
    step()
    torch.cuda.synchronize()
    runs = max(2, min(2000, int(seconds / 5 / max(1e-6, time.perf_counter() - start))))
    times = []
    for _ in range(5):
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(runs):
            step()
        torch.cuda.synchronize()
        times.append(1e3 * (time.perf_counter() - start) / runs)
    return statistics.median(times)


def inference(program, precision, seconds):
    dtype = {"bf16": torch.bfloat16, "f16": torch.float16}.get(precision, torch.float32)
    forward = compile_program(program)
    x, w = tensors(program, "cuda", dtype)
    with torch.inference_mode():
        return measure(lambda: forward(x, w), seconds)


def training(program, precision, seconds):
    forward = compile_program(program)
    x, w = tensors(program, "cuda", torch.float32)
    learned = [t.requires_grad_(True) for t, weight in zip(w, program["weights"]) if weight["trained"]]
    average = [t.detach().clone() for t in learned]
    optimiser = torch.optim.AdamW(learned, lr=1e-5, fused=True)
    with torch.no_grad():
        target = torch.zeros_like(forward(x, w))

    def step():
        with torch.autocast("cuda", torch.bfloat16, enabled=precision == "bf16"):
            loss = functional.mse_loss(forward(x, w).float(), target)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0, foreach=True)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        with torch.no_grad():
            torch._foreach_lerp_(average, learned, 0.002)

    return measure(step, seconds)


def peer(folder, row, seconds):
    if not GPU or "program" not in row:
        return None
    with open(os.path.join(folder, row["program"])) as f:
        program = json.load(f)
    allowed = row["precision"] != "f32"
    torch.backends.cuda.matmul.allow_tf32 = allowed
    torch.backends.cudnn.allow_tf32 = allowed
    torch.backends.cudnn.benchmark = False
    try:
        return (training if row["training"] else inference)(program, row["precision"], seconds)
    except Exception as e:  # one row that PyTorch cannot run must not cost the others
        print(f"{row['name']} {row['precision']}: {type(e).__name__}: {e}", file=sys.stderr)
        return None
    finally:
        torch.cuda.empty_cache()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--seconds", type=float, default=0.5, help="for each row")
    parser.add_argument("--budget", type=float, default=120, help="seconds in all; later rows have no peer then")
    a = parser.parse_args()
    with open(os.path.join(a.folder, "times.jsonl")) as f:
        rows = [json.loads(line) for line in f if line.strip()]
    until = time.time() + a.budget
    peak = max((r["gflop"] / r["ms"] for r in rows if r["name"].startswith("matmul") and r["precision"] == "bf16"
                and r.get("ms")), default=None)
    lines = []
    if GPU:
        lines.append(f"{torch.cuda.get_device_name(0)}, PyTorch {torch.__version__}, CUDA {torch.version.cuda}, "
                     f"cuDNN {torch.backends.cudnn.version()}, {time.strftime('%Y-%m-%d')}.")
    else:
        lines.append(f"{time.strftime('%Y-%m-%d')}; no PyTorch with a GPU beside it.")
    lines += ["", "| what | precision | provider | ours, ms | PyTorch, ms | ratio | TFLOP/s | share of bf16 matmul |",
              "|---|---|---|---|---|---|---|---|"]
    for r in rows:
        if "ms" not in r:
            continue
        p = peer(a.folder, r, a.seconds) if time.time() < until else None
        r["peerMs"] = p
        flops = r["gflop"] / r["ms"] if r.get("gflop") and r["ms"] else None
        lines.append("| {} | {} | {} | {:.4f} | {} | {} | {} | {} |".format(
            r["name"], r["precision"], r["provider"], r["ms"],
            f"{p:.4f}" if p else "", f"{r['ms'] / p:.2f}" if p else "",
            f"{flops:.1f}" if flops else "", f"{flops / peak:.0%}" if flops and peak else ""))
    for r in rows:
        if "ms" not in r:
            lines += ["", "500 steps: " + ", ".join(f"{k} {v}" for k, v in r.items() if k != "name")]
    text = "\n".join(lines) + "\n"
    with open(os.path.join(a.folder, "table.md"), "w") as f:
        f.write(text)
    with open(os.path.join(a.folder, "rows.json"), "w") as f:
        json.dump(rows, f, indent=1)
    print(text)


if __name__ == "__main__":
    main()
