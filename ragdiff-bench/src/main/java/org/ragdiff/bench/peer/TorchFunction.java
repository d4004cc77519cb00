package org.ragdiff.bench.peer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * A compiled TorchScript function, see {@link TorchPeer#compile}. It may be called from many threads. The
 * caller closes it.
 *
 * <p>Arguments are {@link TorchTensor} (Tensor), {@link Long} or {@link Integer} (int), {@link Double} or
 * {@link Float} (float), {@link Boolean} (bool), {@link List} of tensors (List[Tensor]) and {@link Map} of
 * names to tensors (Dict[str, Tensor]).
 */
public final class TorchFunction implements AutoCloseable {
    private final PtNDManager manager;
    private final PtSymbolBlock block;

    TorchFunction(PtNDManager manager, PtSymbolBlock block) {
        this.manager = manager;
        this.block = block;
    }

    /** One call whose function returns a Tensor; the caller closes it. */
    public TorchTensor call(Object... arguments) {
        try (Bound bound = bind(arguments)) {
            return bound.call();
        }
    }

    /**
     * The function with its arguments converted once, for calls in a loop. The tensors stay the caller's
     * and must stay open as long as this.
     */
    public Bound bind(Object... arguments) {
        IValue[] values = new IValue[arguments.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = convert(arguments[i]);
        }
        return new Bound(values);
    }

    /**
     * One call with gradients recorded, for functions that call {@code torch.autograd.grad} or
     * {@code backward}; other calls run in inference mode, where no graph is built.
     *
     * @param arguments tensors and lists of tensors only
     * @return the function's tensors, of a Tensor, a List[Tensor] or a tuple of them; the caller closes them
     */
    public List<TorchTensor> callWithGradients(Object... arguments) {
        try (NDList list = new NDList()) {
            for (int i = 0; i < arguments.length; i++) {
                if (arguments[i] instanceof TorchTensor t) {
                    list.add(named(t, "a" + i));
                } else if (arguments[i] instanceof List<?> tensors) {
                    for (Object t : tensors) {
                        list.add(named((TorchTensor) t, "a" + i + "[]"));
                    }
                } else {
                    throw unknown(arguments[i]);
                }
            }
            TorchPeer.prepareThread();
            JniUtils.setGradMode(true);
            NDList result;
            try {
                result = IValueUtils.forward(block, list, true);
            } finally {
                JniUtils.setGradMode(false);
            }
            return result.stream().map(a -> new TorchTensor((PtNDArray) a)).toList();
        }
    }

    /** A view under a name: the engine groups arguments by names, and one tensor may be several of them. */
    private static PtNDArray named(TorchTensor t, String name) {
        long[] order = LongStream.range(0, t.shape().length).toArray();
        PtNDArray view = JniUtils.permute(t.array(), order);
        view.setName(name);
        return view;
    }

    private static IValue convert(Object argument) {
        if (argument instanceof TorchTensor t) {
            return IValue.from(t.array());
        }
        if (argument instanceof Long || argument instanceof Integer) {
            return IValue.from(((Number) argument).longValue());
        }
        if (argument instanceof Double || argument instanceof Float) {
            return IValue.from(((Number) argument).doubleValue());
        }
        if (argument instanceof Boolean b) {
            return IValue.from(b.booleanValue());
        }
        if (argument instanceof List<?> list) {
            return IValue.listFrom(
                    list.stream().map(t -> ((TorchTensor) t).array()).toArray(PtNDArray[]::new));
        }
        if (argument instanceof Map<?, ?> map) {
            Map<String, PtNDArray> arrays = new TreeMap<>();
            map.forEach((k, v) -> arrays.put((String) k, ((TorchTensor) v).array()));
            return IValue.stringMapFrom(arrays);
        }
        throw unknown(argument);
    }

    private static IllegalArgumentException unknown(Object argument) {
        return new IllegalArgumentException("an argument is a "
                + (argument == null ? "null" : argument.getClass().getName())
                + ", expected a tensor, a number, a boolean, a list or a map of tensors");
    }

    @Override
    public void close() {
        block.close();
    }

    /** A function with its arguments. Not for several threads at once; the caller closes it. */
    public final class Bound implements AutoCloseable {
        private final IValue[] arguments;

        private Bound(IValue[] arguments) {
            this.arguments = arguments;
        }

        /** Computes and drops the result. */
        public void run() {
            TorchPeer.prepareThread();
            block.forward(arguments).close();
        }

        /** Computes a Tensor; the caller closes it. */
        public TorchTensor call() {
            TorchPeer.prepareThread();
            try (IValue result = block.forward(arguments)) {
                return new TorchTensor(result.toTensor(manager));
            }
        }

        /** Computes a List[Tensor] or a tuple of tensors; the caller closes each. */
        public List<TorchTensor> callAll() {
            TorchPeer.prepareThread();
            try (IValue result = block.forward(arguments)) {
                List<TorchTensor> out = new ArrayList<>();
                for (NDArray a : result.toNDList(manager)) {
                    out.add(new TorchTensor((PtNDArray) a));
                }
                return out;
            }
        }

        @Override
        public void close() {
            Arrays.stream(arguments).forEach(IValue::close);
        }
    }
}
