package io.tacit.bench.plaintext;

import ai.onnxruntime.OrtException;
import io.tacit.bench.Median;
import io.tacit.bench.OnnxRuntimeNetwork;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;

/**
 * One network in the clear on one thread: the exact integer evaluator beside onnxruntime's floats, measured in turns.
 *
 * @param multiplications of one picture
 * @param batch pictures that the integer evaluator takes together; onnxruntime takes them one after another
 * @param integerSeconds median thread CPU time of the integer evaluator a picture
 * @param floatSeconds median thread CPU time of onnxruntime a picture
 */
public record PlaintextFigures(long multiplications, int batch, double integerSeconds, double floatSeconds) {
    private static final int WARM_UPS = 10;

    /** The integer evaluator's rate, thousand millions of multiplications a second. */
    public double integerGigaMultiplications() {
        return multiplications / integerSeconds / 1e9;
    }

    /** onnxruntime's. */
    public double floatGigaMultiplications() {
        return multiplications / floatSeconds / 1e9;
    }

    /**
     * Measures.
     *
     * @param file the network as onnxruntime reads it; {@code network} is made of it
     * @param inputs pictures for the integer evaluator; onnxruntime gets as many of grey noise, which takes as long
     * @param runs whose medians count
     * @throws OrtException if onnxruntime cannot run the file
     */
    public static PlaintextFigures measure(Path file, IntegerNetwork network, IntegerTensor inputs, int runs)
            throws IOException, OrtException {
        IntegerEvaluator integers = new IntegerEvaluator(network, Workers.NONE);
        double[] integerSeconds = new double[runs];
        double[] floatSeconds = new double[runs];
        try (OnnxRuntimeNetwork floats = OnnxRuntimeNetwork.loadForOneThread(file)) {
            float[] picture = grey(floats.inputSize());
            for (int run = -WARM_UPS; run < runs; run++) {
                long start = cpuNanos();
                integers.evaluate(inputs);
                long middle = cpuNanos();
                for (int i = 0; i < inputs.batch(); i++) {
                    floats.evaluate(picture);
                }
                long end = cpuNanos();
                if (run >= 0) {
                    integerSeconds[run] = (middle - start) / 1e9 / inputs.batch();
                    floatSeconds[run] = (end - middle) / 1e9 / inputs.batch();
                }
            }
        }
        return new PlaintextFigures(
                network.multiplications(), inputs.batch(), Median.of(integerSeconds), Median.of(floatSeconds));
    }

    /** Values spread evenly over 0 to 1, in an order without runs. */
    private static float[] grey(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = i * 97 % 256 / 255f;
        }
        return values;
    }

    private static long cpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadCpuTime();
    }
}
