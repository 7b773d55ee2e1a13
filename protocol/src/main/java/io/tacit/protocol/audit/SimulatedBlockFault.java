package io.tacit.protocol.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * What a server would have received from a build that uses labels, tables or encryptions again, made from what it received
 * from the real one in two queries. So that {@link BlockStatistics} is seen to fail where it must.
 */
enum SimulatedBlockFault {
    /** The later query's messages are the earlier one's. */
    REUSED("material used for two queries") {
        @Override
        byte block(byte earlier, byte offset, int number) {
            return earlier;
        }
    },
    /** The later query gets the labels of the same wires, some of them of the other bit: then they differ by the offset. */
    SAME_WIRES("labels of the same wires for two queries") {
        @Override
        byte block(byte earlier, byte offset, int number) {
            return number % 3 == 0 ? earlier : (byte) (earlier ^ offset);
        }
    };

    private final String description;

    SimulatedBlockFault(String description) {
        this.description = description;
    }

    /** For people. */
    String description() {
        return description;
    }

    /** A byte of block {@code number} as the broken build sends it again. */
    abstract byte block(byte earlier, byte offset, int number);

    /** The later query as the broken build would have sent it. @param earlier what was received in the query before */
    List<byte[]> apply(List<byte[]> earlier) {
        List<byte[]> broken = new ArrayList<>();
        for (byte[] message : earlier) {
            byte[] sent = new byte[message.length];
            for (int i = 0; i < sent.length; i++) {
                byte offset = (byte) (0x5b + 31 * (i % BlockStatistics.BLOCK));
                sent[i] = block(message[i], offset, i / BlockStatistics.BLOCK);
            }
            broken.add(sent);
        }
        return broken;
    }
}
