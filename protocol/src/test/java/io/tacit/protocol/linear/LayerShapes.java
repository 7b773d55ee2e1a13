package io.tacit.protocol.linear;

import io.tacit.kernel.ConvolutionGeometry;
import java.util.ArrayList;
import java.util.List;

/** Linear layers of the networks that are measured. */
final class LayerShapes {
    private LayerShapes() {}

    static ConvolutionGeometry conv(int in, int size, int out, int kernel, int stride, int pad) {
        return ConvolutionGeometry.square(in, size, out, kernel, stride, pad);
    }

    static ConvolutionGeometry dense(int in, int out) {
        return ConvolutionGeometry.dense(in, out);
    }

    static ConvolutionGeometry depthwise(int channels, int size, int stride, int padBefore, int padAfter) {
        return new ConvolutionGeometry(
                channels, size, size, channels, 3, 3, stride, stride, padBefore, padBefore, padAfter, padAfter, 1, 1,
                channels);
    }

    static List<ConvolutionGeometry> m1() {
        return List.of(dense(784, 128), dense(128, 128), dense(128, 10));
    }

    static List<ConvolutionGeometry> m4() {
        return List.of(conv(1, 28, 16, 5, 1, 0), conv(16, 12, 16, 5, 1, 0), dense(256, 100), dense(100, 10));
    }

    static List<ConvolutionGeometry> lenet() {
        return List.of(conv(1, 28, 20, 5, 1, 0), conv(20, 12, 50, 5, 1, 0), dense(800, 500), dense(500, 10));
    }

    static List<ConvolutionGeometry> c1() {
        return List.of(
                conv(3, 32, 64, 3, 1, 1),
                conv(64, 32, 64, 3, 1, 1),
                conv(64, 16, 64, 3, 1, 1),
                conv(64, 16, 64, 3, 1, 1),
                conv(64, 8, 64, 3, 1, 1),
                conv(64, 8, 64, 1, 1, 0),
                conv(64, 8, 16, 1, 1, 0),
                dense(1024, 10));
    }

    static List<ConvolutionGeometry> resnet20() {
        List<ConvolutionGeometry> layers = new ArrayList<>();
        layers.add(conv(3, 32, 16, 3, 1, 1));
        for (int block = 0; block < 6; block++) {
            layers.add(conv(16, 32, 16, 3, 1, 1));
        }
        layers.add(conv(16, 32, 32, 3, 2, 1));
        layers.add(conv(16, 32, 32, 1, 2, 0));
        for (int block = 0; block < 5; block++) {
            layers.add(conv(32, 16, 32, 3, 1, 1));
        }
        layers.add(conv(32, 16, 64, 3, 2, 1));
        layers.add(conv(32, 16, 64, 1, 2, 0));
        for (int block = 0; block < 5; block++) {
            layers.add(conv(64, 8, 64, 3, 1, 1));
        }
        layers.add(dense(64, 10));
        return layers;
    }

    /** MobileNet 0.25 with inputs of 128 x 128. */
    static List<ConvolutionGeometry> mobileNet() {
        List<ConvolutionGeometry> layers = new ArrayList<>();
        layers.add(new ConvolutionGeometry(3, 128, 128, 8, 3, 3, 2, 2, 0, 0, 1, 1, 1, 1, 1));
        int[][] blocks = {
            {8, 64, 1, 16},
            {16, 64, 2, 32},
            {32, 32, 1, 32},
            {32, 32, 2, 64},
            {64, 16, 1, 64},
            {64, 16, 2, 128},
            {128, 8, 1, 128},
            {128, 8, 1, 128},
            {128, 8, 1, 128},
            {128, 8, 1, 128},
            {128, 8, 1, 128},
            {128, 8, 2, 256},
            {256, 4, 1, 256}
        };
        for (int[] block : blocks) {
            layers.add(depthwise(block[0], block[1], block[2], block[2] == 1 ? 1 : 0, 1));
            layers.add(conv(block[0], block[1] / block[2], block[3], 1, 1, 0));
        }
        layers.add(dense(256, 1001));
        return layers;
    }

    /** SqueezeNet 1.0 with inputs of 227 x 227. */
    static List<ConvolutionGeometry> squeezeNet() {
        List<ConvolutionGeometry> layers = new ArrayList<>();
        layers.add(conv(3, 227, 96, 7, 2, 0));
        int[][] fires = {
            {96, 55, 16, 64},
            {128, 55, 16, 64},
            {128, 55, 32, 128},
            {256, 27, 32, 128},
            {256, 27, 48, 192},
            {384, 27, 48, 192},
            {384, 27, 64, 256},
            {512, 13, 64, 256}
        };
        for (int[] fire : fires) {
            layers.add(conv(fire[0], fire[1], fire[2], 1, 1, 0));
            layers.add(conv(fire[2], fire[1], fire[3], 1, 1, 0));
            layers.add(conv(fire[2], fire[1], fire[3], 3, 1, 1));
        }
        layers.add(conv(512, 13, 1000, 1, 1, 0));
        return layers;
    }

    static List<ConvolutionGeometry> resnet50() {
        List<ConvolutionGeometry> layers = new ArrayList<>();
        layers.add(conv(3, 224, 64, 7, 2, 3));
        int in = 64;
        int size = 56;
        int[] counts = {3, 4, 6, 3};
        for (int stage = 0; stage < counts.length; stage++) {
            int width = 64 << stage;
            for (int block = 0; block < counts[stage]; block++) {
                int stride = block == 0 && stage > 0 ? 2 : 1;
                layers.add(conv(in, size, width, 1, 1, 0));
                layers.add(conv(width, size, width, 3, stride, 1));
                if (block == 0) {
                    layers.add(conv(in, size, 4 * width, 1, stride, 0));
                }
                size /= stride;
                layers.add(conv(width, size, 4 * width, 1, 1, 0));
                in = 4 * width;
            }
        }
        layers.add(dense(2048, 1000));
        return layers;
    }
}
