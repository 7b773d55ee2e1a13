package io.tacit.protocol.material;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps prepared material until it is used, once.
 *
 * <p>Guarantee: of every piece at most one {@link Claim} is ever handed out, over all threads, processes and restarts. The
 * claim is durable before the first byte can be read; a crash after it loses the piece. Safe for use by several threads.
 */
public interface MaterialStore extends AutoCloseable {

    /** Number of pieces of a kind that can be claimed. */
    int ready(MaterialKind kind);

    /** Kinds of which there are pieces that can be claimed. */
    Set<MaterialKind> readyKinds();

    /** Bytes that can still be stored within the budget. */
    long roomBytes();

    /** Destroys all pieces of a kind that can be claimed. */
    default void discard(MaterialKind kind) {
        readyIds(kind).forEach(id -> discard(kind, id));
    }

    /**
     * Destroys one piece, whole or torn; nothing is left to do if another thread has just claimed it.
     *
     * @throws MaterialException if the store cannot be read or written
     */
    default void discard(MaterialKind kind, MaterialId id) {
        try {
            claim(kind, id).close();
        } catch (MaterialException e) {
            if (e.isOfStore()) {
                throw e;
            }
        } catch (ProtocolAbort e) {
            if (e.reason() != AbortReason.MATERIAL_SPENT) {
                throw e;
            }
        }
    }

    /** Ids of the pieces of a kind that can be claimed. */
    Set<MaterialId> readyIds(MaterialKind kind);

    /** Begins a new piece under a fresh id; its size is reserved at once. @throws LimitExceeded if the size is beyond {@link #roomBytes} */
    Draft create(MaterialKind kind, long sizeBytes);

    /**
     * Begins a new piece of which another holder has a part under the same id.
     *
     * @throws LimitExceeded if the size is beyond {@link #roomBytes}
     * @throws MaterialException if there is, or was, a piece of this kind with that id
     */
    Draft create(MaterialKind kind, MaterialId id, long sizeBytes);

    /** Claims any ready piece of a kind; empty if there is none. Torn or altered pieces are discarded on the way. */
    Optional<Claim> claim(MaterialKind kind);

    /**
     * Claims one piece.
     *
     * @throws ProtocolAbort with reason {@code MATERIAL_SPENT} if it was claimed before or never existed
     * @throws MaterialException if it is torn or altered; it is then discarded
     */
    Claim claim(MaterialKind kind, MaterialId id);

    @Override
    void close();

    /** A piece being written. Closing it before {@link #commit} discards it. */
    interface Draft extends AutoCloseable {
        MaterialId id();

        void write(byte[] bytes, int offset, int length);

        /** Makes the piece ready, durably. @throws IllegalStateException if not exactly the announced bytes were written */
        void commit();

        @Override
        void close();
    }

    /** A claimed piece: read once from its beginning. Closing it destroys what is left. */
    interface Claim extends AutoCloseable {
        MaterialId id();

        long sizeBytes();

        /**
         * Reads the next {@code length} bytes; what is returned has been verified.
         *
         * @throws MaterialException if the contents are torn or altered, or end before
         */
        void read(byte[] into, int offset, int length);

        @Override
        void close();
    }
}
