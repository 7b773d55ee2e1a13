package io.tacit.protocol.securenets;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.FieldVector;
import io.tacit.crypto.share.PrimeField;
import io.tacit.kernel.ConvolutionGeometry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a cloud holds of one user's network: shapes, and its shares of the weights.
 *
 * @param field field of all shares
 * @param products shapes, in order
 * @param imagesPerRound most images of a round
 * @param imagesPerChunk images after which messages are cut
 * @param shares for each share held, one vector a product
 */
record Deployment(
        PrimeField field,
        List<RemoteProduct> products,
        int imagesPerRound,
        int imagesPerChunk,
        List<List<FieldVector>> shares) {

    /** Label of the generator that a weight share is expanded with, one a product. */
    static Prg weightGenerator(Seed seed, int product) {
        return seed.generator("securenets", "weights", Integer.toString(product));
    }

    /** Label of the generator that an input vector is expanded with, one a product. */
    static Prg inputGenerator(Seed seed, int product) {
        return seed.generator("securenets", "inputs", Integer.toString(product));
    }

    boolean isReplicated() {
        return shares.size() == 2;
    }

    /**
     * Receives a deployment after its command.
     *
     * @throws ProtocolAbort with {@code MALFORMED} for shapes that are none, {@code LIMIT_EXCEEDED} beyond the limits
     *     (both before anything of that size is allocated), {@code OUT_OF_RANGE} for shares that are no residues
     */
    static Deployment receive(Channel user, Command command, CloudLimits limits) {
        PrimeField field = field(user, command.field());
        require(command.shares() == 1 || command.shares() == 2, user, AbortReason.MALFORMED);
        require(command.images() >= 1 && command.products() >= 1, user, AbortReason.MALFORMED);
        require(
                command.imagesPerChunk() >= 1 && command.imagesPerChunk() <= command.images(),
                user,
                AbortReason.MALFORMED);
        require(
                command.products() <= limits.products() && command.images() <= limits.imagesPerRound(),
                user,
                AbortReason.LIMIT_EXCEEDED);

        List<RemoteProduct> products = new ArrayList<>();
        int[] shapes = new int[command.products() * Command.GEOMETRY_INTS];
        Bulk.receiveInts(user, shapes, 0, shapes.length);
        long weights = 0;
        for (int i = 0; i < command.products(); i++) {
            RemoteProduct product = product(user, shapes, i * Command.GEOMETRY_INTS);
            weights += product.geometry().weightCount();
            products.add(product);
        }
        long laneBytes = CloudBuffers.bytes(products, field, command.images(), command.shares() == 2);
        require(
                weights * command.shares() * field.bytesPerValue() <= limits.shareBytes()
                        && laneBytes <= limits.laneBytes(),
                user,
                AbortReason.LIMIT_EXCEEDED);
        double work = 0; // in double: sums beyond 2^63 are refused, not wrapped
        for (RemoteProduct product : products) {
            work += (double) product.multiplicationsPerImage() * command.images() * command.shares();
        }
        require(work <= limits.multiplicationsPerRound(), user, AbortReason.LIMIT_EXCEEDED);
        for (RemoteProduct product : products) {
            long values = Math.max(product.inputPerImage(), product.outputPerImage());
            require(values * command.images() <= Integer.MAX_VALUE, user, AbortReason.LIMIT_EXCEEDED);
        }

        List<List<FieldVector>> shares = new ArrayList<>();
        for (int share = 0; share < command.shares(); share++) {
            shares.add(command.isSeeded(share) ? expand(user, field, products) : receive(user, field, products));
        }
        Bulk.sendLong(user, weights);
        user.flush();
        return new Deployment(
                field, List.copyOf(products), command.images(), command.imagesPerChunk(), List.copyOf(shares));
    }

    private static PrimeField field(Channel user, int bits) {
        for (PrimeField field : PrimeField.values()) {
            if (field.bits() == bits) {
                return field;
            }
        }
        throw new ProtocolAbort(user.peer(), "deploy", AbortReason.MALFORMED);
    }

    private static RemoteProduct product(Channel user, int[] n, int at) {
        try {
            ConvolutionGeometry geometry = new ConvolutionGeometry(
                    n[at],
                    n[at + 1],
                    n[at + 2],
                    n[at + 3],
                    n[at + 4],
                    n[at + 5],
                    n[at + 6],
                    n[at + 7],
                    n[at + 8],
                    n[at + 9],
                    n[at + 10],
                    n[at + 11],
                    n[at + 12],
                    n[at + 13],
                    n[at + 14]);
            return new RemoteProduct(geometry, n[at + 15]);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ProtocolAbort(user.peer(), "deploy", AbortReason.MALFORMED);
        }
    }

    /** Writes one product as {@link #product} reads it. */
    static void describe(RemoteProduct product, int[] n, int at) {
        ConvolutionGeometry g = product.geometry();
        int[] numbers = {
            g.inChannels(), g.inHeight(), g.inWidth(), g.outChannels(), g.kernelHeight(), g.kernelWidth(),
            g.strideY(), g.strideX(), g.padTop(), g.padLeft(), g.padBottom(), g.padRight(),
            g.dilationY(), g.dilationX(), g.groups(), product.columnsPerImage()
        };
        System.arraycopy(numbers, 0, n, at, numbers.length);
    }

    private static List<FieldVector> expand(Channel user, PrimeField field, List<RemoteProduct> products) {
        byte[] bytes = user.receive(Seed.BYTES);
        try (Seed seed = Seed.of(bytes)) {
            return expand(seed, field, products);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** A drawn share of all weights: what the user and the clouds that hold the seed both compute. */
    static List<FieldVector> expand(Seed seed, PrimeField field, List<RemoteProduct> products) {
        List<FieldVector> share = new ArrayList<>();
        for (int i = 0; i < products.size(); i++) {
            FieldVector weights = field.zeros(products.get(i).geometry().weightCount());
            try (Prg prg = weightGenerator(seed, i)) {
                weights.randomize(prg, 0, weights.length());
            }
            share.add(weights);
        }
        return share;
    }

    private static List<FieldVector> receive(Channel user, PrimeField field, List<RemoteProduct> products) {
        List<FieldVector> share = new ArrayList<>();
        for (RemoteProduct product : products) {
            FieldVector weights = field.zeros(product.geometry().weightCount());
            weights.receive(user, 0, weights.length(), "deploy");
            share.add(weights);
        }
        return share;
    }

    private static void require(boolean holds, Channel user, AbortReason reason) {
        if (!holds) {
            throw new ProtocolAbort(user.peer(), "deploy", reason);
        }
    }
}
