package io.tacit.protocol.privdnn;

import io.tacit.crypto.random.Prg;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Both halves of the encrypted part without encryption: what travels is the plaintext slots. */
final class IdealCore implements CoreOutputs, CoreDecryption {
    static final ResidueModulus MODULUS = new ResidueModulus(2147483647L, 2147483629L);

    private final IntegerNetwork separated;
    private final PrivDnnPlan plan;
    private final int slots;

    IdealCore(IntegerNetwork separated, PrivDnnPlan plan, int slots) {
        this.separated = separated;
        this.plan = plan;
        this.slots = slots;
    }

    private interface Slot {
        long of(int prime, int filter, int position, int image, long z);
    }

    private void forEach(int[][] pixels, Slot slot, ReturnedSink sink) {
        int[] flat = Arrays.stream(pixels).flatMapToInt(Arrays::stream).toArray();
        IntegerTensor images =
                IntegerTensor.ofInts(pixels.length, separated.input().shape(), flat);
        int boundary = plan.segment().boundary();
        IntegerTensor outputs = new IntegerEvaluator(separated, Workers.NONE)
                .evaluateAll(images)
                .get(boundary);
        for (int prime = 0; prime < PrivDnnPlan.PRIMES; prime++) {
            for (int position = 0; position < plan.positions(); position++) {
                for (int filter = 0; filter < plan.coreOutputs(); filter++) {
                    int channel = plan.core().second().get(filter);
                    ByteBuffer bytes = ByteBuffer.allocate(returnBytes());
                    for (int image = 0; image < pixels.length; image++) {
                        long z = outputs.get(image * outputs.shape().size() + channel * plan.positions() + position);
                        bytes.putInt(
                                (int) Math.floorMod(slot.of(prime, filter, position, image, z), MODULUS.prime(prime)));
                    }
                    sink.accept(prime, filter, position, bytes.array());
                }
            }
        }
    }

    @Override
    public int mostScale() {
        long bound = plan.clearPart()
                .steps()
                .get(plan.segment().boundary())
                .range()
                .magnitude()
                .longValueExact();
        return (int) Math.min(100, MODULUS.product() / 2 / bound);
    }

    @Override
    public void published(int[][] pixels, int[] scales, ReturnedSink sink) {
        forEach(pixels, (prime, filter, position, image, z) -> z * scales[filter], sink);
    }

    @Override
    public void hardened(int[][] pixels, Prg masks, MaskedSink sink) {
        int[] mask = new int[slots];
        forEach(
                pixels,
                (prime, filter, position, image, z) -> {
                    mask[image] = masks.nextBelow((int) MODULUS.prime(prime));
                    return Math.floorMod(z, MODULUS.prime(prime)) + mask[image];
                },
                (prime, filter, position, returned) -> sink.accept(prime, filter, position, returned, mask));
    }

    @Override
    public int returnBytes() {
        return Integer.BYTES * slots;
    }

    @Override
    public void decrypt(int prime, byte[] returned, int images, int[] out, String peer) {
        ByteBuffer.wrap(returned).asIntBuffer().get(out, 0, images);
    }
}
