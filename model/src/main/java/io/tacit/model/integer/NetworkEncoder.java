package io.tacit.model.integer;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.PublicStep.Operation;
import java.util.List;

/** Writes the sections of the file that {@link IntegerNetworkFile} describes. */
final class NetworkEncoder {
    static final int ABOUT = 1;
    static final int PREPROCESSING = 2;
    static final int STEPS = 3;
    static final int WEIGHTS = 4;

    static final int INPUT = 0;
    static final int LINEAR = 1;
    static final int SUM_POOL = 2;
    static final int MAX_POOL = 3;
    static final int SUM = 4;
    static final int CONCAT = 5;
    static final int DEFERRED = 6;
    static final int ACTIVATION = 7;

    private NetworkEncoder() {}

    /** Everything but the trailer. */
    static byte[] encode(IntegerNetwork network) {
        FileWriter file = new FileWriter();
        file.bytes(IntegerNetworkFile.MAGIC);
        file.u16(IntegerNetworkFile.VERSION);
        section(file, ABOUT, about(network));
        section(file, PREPROCESSING, preprocessing(network.preprocessing()));
        FileWriter steps = new FileWriter();
        steps.u16(network.steps().size());
        for (Step step : network.steps()) {
            step(steps, step);
        }
        section(file, STEPS, steps);
        FileWriter weights = new FileWriter();
        for (Step.Linear step : network.linearSteps()) {
            weights.packed(step.weights());
            weights.packed(step.bias());
        }
        section(file, WEIGHTS, weights);
        return file.toBytes();
    }

    static void section(FileWriter file, int tag, FileWriter content) {
        byte[] bytes = content.toBytes();
        file.u8(tag);
        file.u32(bytes.length);
        file.bytes(bytes);
    }

    private static FileWriter about(IntegerNetwork network) {
        FileWriter out = new FileWriter();
        out.string(network.name());
        out.string(network.provenance().sourceName());
        out.string(network.provenance().sourceSha256());
        strings(out, network.provenance().settings());
        out.f64(network.outputScale());
        return out;
    }

    static FileWriter preprocessing(Preprocessing p) {
        FileWriter out = new FileWriter();
        out.u32(p.width());
        out.u32(p.height());
        out.u32(p.resize());
        out.u8(p.order().ordinal());
        out.f64(p.factor());
        doubles(out, p.mean());
        doubles(out, p.std());
        out.f64(p.inputScale());
        strings(out, p.labels());
        return out;
    }

    private static void strings(FileWriter out, List<String> texts) {
        out.u16(texts.size());
        texts.forEach(out::string);
    }

    private static void doubles(FileWriter out, List<Double> values) {
        out.u16(values.size());
        values.forEach(out::f64);
    }

    private static void step(FileWriter out, Step step) {
        Operation operation = PublicStep.of(step).operation();
        out.u8(kind(operation));
        out.string(step.name());
        out.u16(step.sources().size());
        step.sources().forEach(out::u16);
        fields(out, operation);
        if (step instanceof Step.Linear linear) {
            out.u16(linear.biasShift());
        }
        shape(out, step.shape());
        out.big(step.range().low());
        out.big(step.range().high());
    }

    static int kind(Operation operation) {
        if (operation instanceof Operation.Input) {
            return INPUT;
        } else if (operation instanceof Operation.Linear) {
            return LINEAR;
        } else if (operation instanceof Operation.SumPool) {
            return SUM_POOL;
        } else if (operation instanceof Operation.MaxPool) {
            return MAX_POOL;
        } else if (operation instanceof Operation.Sum) {
            return SUM;
        } else if (operation instanceof Operation.Concat) {
            return CONCAT;
        }
        return operation instanceof Operation.Deferred ? DEFERRED : ACTIVATION;
    }

    /** What a kind of step has of its own. */
    static void fields(FileWriter out, Operation operation) {
        if (operation instanceof Operation.Linear linear) {
            geometry(out, linear.geometry());
        } else if (operation instanceof Operation.SumPool pool) {
            window(out, pool.window());
        } else if (operation instanceof Operation.MaxPool pool) {
            window(out, pool.window());
        } else if (operation instanceof Operation.Sum sum) {
            sum.leftShifts().forEach(out::u16);
        } else if (operation instanceof Operation.Deferred deferred) {
            out.u8(deferred.kind().ordinal());
            out.u8(deferred.ceiling() == null ? 0 : 1);
            if (deferred.ceiling() != null) {
                out.big(deferred.ceiling());
            }
        } else if (operation instanceof Operation.Activation activation) {
            out.u8(activation.kind().ordinal());
            out.u32(activation.shifts().size());
            activation.shifts().forEach(out::u16);
            out.u8(activation.bits());
            out.u32(activation.ceiling());
        }
    }

    static void shape(FileWriter out, TensorShape shape) {
        out.u32(shape.channels());
        out.u32(shape.height());
        out.u32(shape.width());
    }

    private static void geometry(FileWriter out, ConvolutionGeometry g) {
        for (int field : new int[] {
            g.inChannels(), g.inHeight(), g.inWidth(), g.outChannels(), g.kernelHeight(), g.kernelWidth(),
            g.strideY(), g.strideX(), g.padTop(), g.padLeft(), g.padBottom(), g.padRight(),
            g.dilationY(), g.dilationX(), g.groups()
        }) {
            out.u32(field);
        }
    }

    private static void window(FileWriter out, Window w) {
        for (int field : new int[] {
            w.height(), w.width(), w.strideY(), w.strideX(), w.padTop(), w.padLeft(), w.padBottom(), w.padRight()
        }) {
            out.u32(field);
        }
    }
}
