package io.tacit.protocol.privdnn;

import io.tacit.crypto.channel.ProtocolAbort;
import java.nio.ByteBuffer;

/**
 * What an owner decrypts of a batch, from a recording of what the user sent: shows what there is to be seen. In mode hardened
 * these are uniform residues modulo T, in mode published the core filters' outputs, each filter's times one factor.
 */
public final class OwnerView {
    private static final String USER = "user";

    private final PrivDnnPlan plan;
    private final CoreValues values;
    private final int images;

    private OwnerView(PrivDnnPlan plan, CoreValues values, int images) {
        this.plan = plan;
        this.values = values;
        this.images = images;
    }

    /**
     * Decrypts.
     *
     * @param received what the user sent for one batch; what follows its ciphertexts is not read
     * @throws ProtocolAbort if that is no batch of the plan
     */
    public static OwnerView of(PrivDnnPlan plan, CoreDecryption key, ByteBuffer received, int images) {
        CoreValues values = new CoreValues(plan, images);
        byte[] returned = new byte[key.returnBytes()];
        received.position(received.position() + Command.encode(images).length);
        for (int i = 0; i < plan.returned(); i++) {
            ReturnHeader header = ReturnHeader.decode(received, plan, USER);
            received.get(returned);
            key.decrypt(header.prime(), returned, images, values.take(header, USER), USER);
        }
        return new OwnerView(plan, values, images);
    }

    /**
     * What was decrypted of one filter and image, row by row: -T/2 .. T/2.
     *
     * @param filter core filter of the second convolution, from 0
     */
    public long[] map(int filter, int image) {
        long[] map = new long[plan.positions()];
        for (int position = 0; position < map.length; position++) {
            map[position] = plan.modulus().centred(values.combined(filter, position, 0, images)[image]);
        }
        return map;
    }
}
