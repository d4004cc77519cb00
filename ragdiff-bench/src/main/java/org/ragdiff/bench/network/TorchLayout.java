package org.ragdiff.bench.network;

import org.ragdiff.bench.peer.TorchTensor;

/** How libtorch keeps feature maps [N, C, H, W] and weights of convolutions [out, in, kh, kw] in memory. */
public enum TorchLayout {
    /** PyTorch's channels_last: channels are neighbours. */
    CHANNELS_LAST("channels_last"),
    /** PyTorch's default, contiguous in the order of the sizes. */
    CHANNELS_FIRST("contiguous");

    private final String title;

    TorchLayout(String title) {
        this.title = title;
    }

    /** As PyTorch calls it. */
    public String title() {
        return title;
    }

    /** A map's or weight's tensor of four dimensions, contiguous in the order of its sizes, in this layout. */
    TorchTensor of(TorchTensor contiguous) {
        if (this == CHANNELS_FIRST) {
            return contiguous.contiguous();
        }
        try (TorchTensor moved = contiguous.permute(0, 2, 3, 1);
                TorchTensor last = moved.contiguous()) {
            return last.permute(0, 3, 1, 2);
        }
    }
}
