package io.tacit.model.integer;

import io.tacit.kernel.ConvolutionGeometry;
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

    private static void section(FileWriter file, int tag, FileWriter content) {
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

    private static FileWriter preprocessing(Preprocessing p) {
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
        if (step instanceof Step.Input) {
            head(out, INPUT, step);
        } else if (step instanceof Step.Linear s) {
            head(out, LINEAR, step);
            geometry(out, s.geometry());
            out.u16(s.biasShift());
        } else if (step instanceof Step.SumPool s) {
            head(out, SUM_POOL, step);
            window(out, s.window());
        } else if (step instanceof Step.MaxPool s) {
            head(out, MAX_POOL, step);
            window(out, s.window());
        } else if (step instanceof Step.Sum s) {
            head(out, SUM, step);
            s.leftShifts().forEach(out::u16);
        } else if (step instanceof Step.Concat) {
            head(out, CONCAT, step);
        } else if (step instanceof Step.Deferred s) {
            head(out, DEFERRED, step);
            out.u8(s.kind().ordinal());
            out.u8(s.ceiling() == null ? 0 : 1);
            if (s.ceiling() != null) {
                out.big(s.ceiling());
            }
        } else {
            Step.Activation s = (Step.Activation) step;
            head(out, ACTIVATION, step);
            out.u8(s.kind().ordinal());
            out.u32(s.shifts().length);
            for (int shift : s.shifts()) {
                out.u16(shift);
            }
            out.u8(s.bits());
            out.u32(s.ceiling());
        }
        out.u32(step.shape().channels());
        out.u32(step.shape().height());
        out.u32(step.shape().width());
        out.big(step.range().low());
        out.big(step.range().high());
    }

    private static void head(FileWriter out, int kind, Step step) {
        out.u8(kind);
        out.string(step.name());
        out.u16(step.sources().size());
        step.sources().forEach(out::u16);
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
