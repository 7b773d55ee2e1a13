package io.tacit.model.integer;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.ModelFileException;
import io.tacit.model.integer.PublicStep.Operation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the sections of the file that {@link IntegerNetworkFile} describes, trusting nothing. */
final class NetworkDecoder {
    private static final int MAX_EXTENT = ConvolutionGeometry.MAX_EXTENT;

    private NetworkDecoder() {}

    /** A linear step before its weights are known. */
    private record LinearHead(
            String name, int source, ConvolutionGeometry geometry, int biasShift, TensorShape shape, Range range) {}

    /** One entry of the steps section: a whole step, or the head of a linear one. */
    private record Entry(@Nullable Step step, @Nullable LinearHead linear) {}

    static IntegerNetwork decode(FileReader file) {
        FileReader about = section(file, NetworkEncoder.ABOUT);
        String name = about.string();
        Provenance provenance = new Provenance(about.string(), about.string(), strings(about));
        double outputScale = about.f64("output scale");
        about.end("first section");
        FileReader second = section(file, NetworkEncoder.PREPROCESSING);
        Preprocessing preprocessing = preprocessing(second);
        second.end("preprocessing");
        FileReader third = section(file, NetworkEncoder.STEPS);
        int count = third.u16();
        if (count > IntegerNetwork.MAX_STEPS) {
            throw new ModelFileException(count + " steps are more than " + IntegerNetwork.MAX_STEPS);
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(entry(third));
        }
        third.end("steps");
        FileReader weights = section(file, NetworkEncoder.WEIGHTS);
        file.end("file");
        List<Step> steps = new ArrayList<>();
        long total = 0;
        for (Entry entry : entries) {
            LinearHead head = entry.linear();
            if (head != null) {
                total += head.geometry().weightCount();
                if (total > IntegerNetworkFile.MAX_WEIGHTS) {
                    throw new ModelFileException("more than " + IntegerNetworkFile.MAX_WEIGHTS + " weights");
                }
                steps.add(linear(head, weights));
            } else if (entry.step() != null) {
                steps.add(entry.step());
            }
        }
        weights.end("weights");
        return new IntegerNetwork(name, provenance, preprocessing, steps, outputScale);
    }

    private static Step linear(LinearHead head, FileReader weights) {
        ConvolutionGeometry g = head.geometry();
        int[] packed = weights.packedInts(g.weightCount(), IntegerNetworkFile.MAX_WEIGHT_BITS);
        long[] bias = weights.packedLongs(g.outChannels());
        Step.Linear step = new Step.Linear(head.name(), head.source(), g, packed, bias, head.biasShift(), head.range());
        if (!step.shape().equals(head.shape())) {
            throw new ModelFileException(head.name() + ": shape " + head.shape() + " should be " + step.shape());
        }
        return step;
    }

    static FileReader section(FileReader file, int tag) {
        int found = file.u8();
        if (found != tag) {
            throw new ModelFileException("section " + found + " where section " + tag + " belongs");
        }
        return file.part(file.u32(Integer.MAX_VALUE, "section length"));
    }

    static Preprocessing preprocessing(FileReader in) {
        int width = in.u32(MAX_EXTENT, "width");
        int height = in.u32(MAX_EXTENT, "height");
        int resize = in.u32(MAX_EXTENT, "resize");
        Preprocessing.ChannelOrder order = choose(Preprocessing.ChannelOrder.values(), in.u8(), "channel order");
        double factor = in.f64("factor");
        List<Double> mean = doubles(in, "mean");
        List<Double> std = doubles(in, "std");
        double inputScale = in.f64("input scale");
        return new Preprocessing(width, height, resize, order, factor, mean, std, inputScale, strings(in));
    }

    private static List<String> strings(FileReader in) {
        int count = in.u16();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(in.string());
        }
        return texts;
    }

    private static List<Double> doubles(FileReader in, String what) {
        int count = in.u16();
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(in.f64(what));
        }
        return values;
    }

    private static <T> T choose(T[] values, int index, String what) {
        if (index >= values.length) {
            throw new ModelFileException(what + " " + index + " is not known");
        }
        return values[index];
    }

    private static Entry entry(FileReader in) {
        int kind = in.u8();
        String name = in.string();
        int sourceCount = in.u16();
        int wanted = switch (kind) {
            case NetworkEncoder.INPUT -> 0;
            case NetworkEncoder.SUM, NetworkEncoder.CONCAT -> Math.max(sourceCount, 1);
            default -> 1;
        };
        if (sourceCount != wanted) {
            throw new ModelFileException(name + ": " + sourceCount + " sources instead of " + wanted);
        }
        List<Integer> sources = new ArrayList<>();
        for (int i = 0; i < sourceCount; i++) {
            sources.add(in.u16());
        }
        Operation operation = operation(in, kind, sourceCount);
        int biasShift = operation instanceof Operation.Linear ? in.u16() : 0;
        TensorShape shape = shape(in);
        Range range = range(in);
        if (operation instanceof Operation.Linear linear) {
            return new Entry(null, new LinearHead(name, sources.get(0), linear.geometry(), biasShift, shape, range));
        }
        return new Entry(step(name, operation, sources, shape, range), null);
    }

    private static Step step(String name, Operation operation, List<Integer> sources, TensorShape shape, Range range) {
        if (operation instanceof Operation.SumPool pool) {
            return new Step.SumPool(name, sources.get(0), pool.window(), shape, range);
        } else if (operation instanceof Operation.MaxPool pool) {
            return new Step.MaxPool(name, sources.get(0), pool.window(), shape, range);
        } else if (operation instanceof Operation.Sum sum) {
            return new Step.Sum(name, sources, sum.leftShifts(), shape, range);
        } else if (operation instanceof Operation.Concat) {
            return new Step.Concat(name, sources, shape, range);
        } else if (operation instanceof Operation.Deferred deferred) {
            return new Step.Deferred(name, sources.get(0), deferred.kind(), deferred.ceiling(), shape, range);
        } else if (operation instanceof Operation.Activation a) {
            int[] shifts = a.shifts().stream().mapToInt(Integer::intValue).toArray();
            return new Step.Activation(name, sources.get(0), a.kind(), shifts, a.bits(), a.ceiling(), shape, range);
        }
        return new Step.Input(name, shape, range);
    }

    /** What a kind of step has of its own. */
    static Operation operation(FileReader in, int kind, int sourceCount) {
        switch (kind) {
            case NetworkEncoder.INPUT -> {
                return new Operation.Input();
            }
            case NetworkEncoder.LINEAR -> {
                return new Operation.Linear(geometry(in));
            }
            case NetworkEncoder.SUM_POOL -> {
                return new Operation.SumPool(window(in));
            }
            case NetworkEncoder.MAX_POOL -> {
                return new Operation.MaxPool(window(in));
            }
            case NetworkEncoder.SUM -> {
                List<Integer> shifts = new ArrayList<>();
                for (int i = 0; i < sourceCount; i++) {
                    shifts.add(in.u16());
                }
                return new Operation.Sum(shifts);
            }
            case NetworkEncoder.CONCAT -> {
                return new Operation.Concat();
            }
            case NetworkEncoder.DEFERRED -> {
                Step.Nonlinearity function = choose(Step.Nonlinearity.values(), in.u8(), "non-linearity");
                int clipped = in.u8();
                if (clipped > 1) {
                    throw new ModelFileException("a flag is " + clipped);
                }
                return new Operation.Deferred(function, clipped == 1 ? in.big() : null);
            }
            case NetworkEncoder.ACTIVATION -> {
                Step.Nonlinearity function = choose(Step.Nonlinearity.values(), in.u8(), "non-linearity");
                int count = in.u32(MAX_EXTENT, "shifts");
                if (2L * count > in.remaining()) {
                    throw new ModelFileException("the file ends too early");
                }
                List<Integer> shifts = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    shifts.add(in.u16());
                }
                return new Operation.Activation(function, shifts, in.u8(), in.u32(Integer.MAX_VALUE, "ceiling"));
            }
            default -> throw new ModelFileException("step kind " + kind + " is not known");
        }
    }

    static TensorShape shape(FileReader in) {
        int limit = IntegerNetwork.MAX_TENSOR_SIZE;
        return new TensorShape(in.u32(limit, "channels"), in.u32(limit, "height"), in.u32(limit, "width"));
    }

    static Range range(FileReader in) {
        return new Range(in.big(), in.big());
    }

    private static ConvolutionGeometry geometry(FileReader in) {
        int[] f = new int[15];
        for (int i = 0; i < f.length; i++) {
            f[i] = in.u32(MAX_EXTENT, "a field of a convolution");
        }
        return new ConvolutionGeometry(
                f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10], f[11], f[12], f[13], f[14]);
    }

    private static Window window(FileReader in) {
        int[] f = new int[8];
        for (int i = 0; i < f.length; i++) {
            f[i] = in.u32(MAX_EXTENT, "a field of a window");
        }
        return new Window(f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7]);
    }
}
