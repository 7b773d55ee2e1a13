package io.tacit.model.image;

import io.tacit.model.data.CifarReader;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Preprocessing.ChannelOrder;
import java.util.List;

/** How well-known families of networks read pictures. */
public enum Preset {
    /** 28x28 grey digits, 0 .. 1. */
    MNIST(scaled(28, ChannelOrder.GRAY, 1 / 255.0).withLabels(digits())),
    /** 28x28 grey pictures of clothes, 0 .. 1. */
    FASHION(scaled(28, ChannelOrder.GRAY, 1 / 255.0)
            .withLabels(List.of(
                    "T-shirt",
                    "trousers",
                    "pullover",
                    "dress",
                    "coat",
                    "sandal",
                    "shirt",
                    "sneaker",
                    "bag",
                    "ankle boot"))),
    /** 28x28 grey chest X-rays, 0 .. 1. */
    PNEUMONIA(scaled(28, ChannelOrder.GRAY, 1 / 255.0).withLabels(List.of("normal", "pneumonia"))),
    /** 32x32 colour pictures, normalised with ImageNet's means and deviations. */
    CIFAR10(new Preprocessing(
            32,
            32,
            0,
            ChannelOrder.RGB,
            1 / 255.0,
            List.of(0.485, 0.456, 0.406),
            List.of(0.229, 0.224, 0.225),
            1,
            CifarReader.CLASSES)),
    /** 32x32 colour pictures, 0 .. 255 as they are. */
    CIFAR10_BYTES(scaled(32, ChannelOrder.RGB, 1).withLabels(CifarReader.CLASSES)),
    /** ImageNet networks of PyTorch: shorter side 256, centre 224, ImageNet's means and deviations. */
    IMAGENET(new Preprocessing(
            224,
            224,
            256,
            ChannelOrder.RGB,
            1 / 255.0,
            List.of(0.485, 0.456, 0.406),
            List.of(0.229, 0.224, 0.225),
            1,
            List.of())),
    /** ImageNet networks of Caffe: shorter side 256, centre 227, blue first, means subtracted. */
    IMAGENET_CAFFE(new Preprocessing(
            227, 227, 256, ChannelOrder.BGR, 1, List.of(104.0, 117.0, 123.0), List.of(1.0, 1.0, 1.0), 1, List.of())),
    /** MobileNet of TensorFlow at 128x128: (x - 127.5) / 127.5. */
    MOBILENET_128(new Preprocessing(
            128,
            128,
            0,
            ChannelOrder.RGB,
            1,
            List.of(127.5, 127.5, 127.5),
            List.of(127.5, 127.5, 127.5),
            1,
            List.of()));

    private final Preprocessing preprocessing;

    Preset(Preprocessing preprocessing) {
        this.preprocessing = preprocessing;
    }

    public Preprocessing preprocessing() {
        return preprocessing;
    }

    private static Preprocessing scaled(int side, ChannelOrder order, double factor) {
        return Preprocessing.scaled(side, side, order, factor);
    }

    private static List<String> digits() {
        return List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    }
}
