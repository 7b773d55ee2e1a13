package io.tacit.protocol.outsourced;

import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.protocol.material.MaterialId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Lists of ids of material, of a length that both servers know. */
final class Ids {
    /** Longest list. */
    static final int MOST = 1 << 16;

    private Ids() {}

    static void send(Channel channel, Collection<MaterialId> ids) {
        byte[] bytes = new byte[ids.size() * MaterialId.BYTES];
        int at = 0;
        for (MaterialId id : ids) {
            System.arraycopy(id.bytes(), 0, bytes, at, MaterialId.BYTES);
            at += MaterialId.BYTES;
        }
        Bulk.sendBytes(channel, bytes, 0, bytes.length);
        channel.flush();
    }

    static List<MaterialId> receive(Channel channel, int count) {
        if (count < 0 || count > MOST) {
            throw new LimitExceeded(count + " pieces of material are more than " + MOST);
        }
        byte[] bytes = new byte[count * MaterialId.BYTES];
        Bulk.receiveBytes(channel, bytes, 0, bytes.length);
        List<MaterialId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(MaterialId.of(bytes, i * MaterialId.BYTES));
        }
        return ids;
    }
}
