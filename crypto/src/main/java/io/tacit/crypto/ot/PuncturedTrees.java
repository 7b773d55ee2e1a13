package io.tacit.crypto.ot;

import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * All-but-one transfers from base transfers, by trees of pseudorandom seeds (Goldreich, Goldwasser, Micali; SoftSpoken,
 * figure 13): for each group of k bits of the offset the receiver of the correlated transfers knows all 2^k leaves, and the
 * holder of the offset all but the one that its k bits name.
 *
 * <p>The base transfer number j serves bit j of the offset, so that the roles are turned: the offset's holder receives. At
 * each level it gets the sum of the nodes that branch off on the side on which its path does not go on.
 */
final class PuncturedTrees {
    /** Length of a node. */
    static final int NODE_BYTES = 16;

    private static final int HASH_BYTES = 32;
    private static final byte[] PROOF = "tacit punctured tree proof".getBytes(StandardCharsets.US_ASCII);
    private static final int BITS = FreeXorOffset.BITS;

    private PuncturedTrees() {}

    /** Grows the trees and lets the offset's holder have its leaves: {@code [tree][leaf]}. */
    static byte[][][] grow(Channel channel, byte[] session, Extension extension, Trust trust, Seed secret) {
        byte[][][] keys = BaseTransfer.send(channel, session, BITS, secret);
        int k = extension.fieldBits();
        byte[][][] trees = new byte[extension.trees()][][];
        byte[] sums = new byte[2 * BITS * NODE_BYTES];
        try (Prg generator = secret.generator("punctured trees")) {
            for (int tree = 0; tree < trees.length; tree++) {
                byte[][] nodes = new byte[1][NODE_BYTES];
                generator.fill(nodes[0], 0, NODE_BYTES);
                for (int bit = k - 1; bit >= 0; bit--) {
                    nodes = children(session, tree, nodes);
                    int transfer = tree * k + bit;
                    for (int side = 0; side < 2; side++) {
                        int at = (2 * transfer + side) * NODE_BYTES;
                        for (int i = side; i < nodes.length; i += 2) {
                            xor(nodes[i], 0, sums, at);
                        }
                        xor(keys[side][transfer], 0, sums, at);
                    }
                }
                trees[tree] = nodes;
            }
        }
        channel.send(sums);
        if (trust == Trust.CHECKED) {
            byte[] proofs = new byte[2 * trees.length * HASH_BYTES];
            for (int tree = 0; tree < trees.length; tree++) {
                byte[][] hashes = leafHashes(session, tree, trees[tree], -1);
                int at = 2 * tree * HASH_BYTES;
                System.arraycopy(sum(hashes), 0, proofs, at, HASH_BYTES);
                System.arraycopy(hashOf(hashes), 0, proofs, at + HASH_BYTES, HASH_BYTES);
            }
            channel.send(proofs);
        }
        return trees;
    }

    /**
     * Whether the leaves are those that the peer has: the one hash that is missing follows from the sum of all, and the
     * hash of all hashes must be right (SoftSpoken, figure 14).
     */
    private static boolean isProven(byte[] session, int tree, byte[][] leaves, int missing, byte[] proofs) {
        byte[][] hashes = leafHashes(session, tree, leaves, missing);
        int at = 2 * tree * HASH_BYTES;
        byte[] known = sum(hashes);
        for (int i = 0; i < HASH_BYTES; i++) {
            hashes[missing][i] = (byte) (proofs[at + i] ^ known[i]);
        }
        return MessageDigest.isEqual(hashOf(hashes), Arrays.copyOfRange(proofs, at + HASH_BYTES, at + 2 * HASH_BYTES));
    }

    private static byte[][] leafHashes(byte[] session, int tree, byte[][] leaves, int missing) {
        byte[][] hashes = new byte[leaves.length][HASH_BYTES];
        MessageDigest hash = sha256();
        for (int leaf = 0; leaf < leaves.length; leaf++) {
            if (leaf != missing) {
                hash.update(PROOF);
                hash.update(session);
                hash.update(ByteBuffer.allocate(2 * Integer.BYTES)
                        .putInt(tree)
                        .putInt(leaf)
                        .array());
                hashes[leaf] = hash.digest(leaves[leaf]);
            }
        }
        return hashes;
    }

    private static byte[] sum(byte[][] hashes) {
        byte[] sum = new byte[HASH_BYTES];
        for (byte[] hash : hashes) {
            for (int i = 0; i < HASH_BYTES; i++) {
                sum[i] ^= hash[i];
            }
        }
        return sum;
    }

    private static byte[] hashOf(byte[][] hashes) {
        MessageDigest hash = sha256();
        for (byte[] each : hashes) {
            hash.update(each);
        }
        return hash.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /** What {@link #grow} sends and receives, semi-honest, but for round trips: points and sums. */
    static Traffic.Count growTraffic() {
        return new Traffic.Count(Curve.POINT_BYTES + 2L * BITS * NODE_BYTES, (long) BITS * Curve.POINT_BYTES, 2, 1, 0);
    }

    /**
     * The leaves that the offset's holder gets: {@code [tree][leaf xor path]}, path being the offset's bits of the tree.
     * Entry 0, the leaf on the path, is not known and all zero.
     */
    static byte[][][] receive(
            Channel channel, byte[] session, Extension extension, Trust trust, FreeXorOffset offset, Seed secret) {
        boolean[] otherSides = new boolean[BITS];
        for (int j = 0; j < BITS; j++) {
            otherSides[j] = !offset.bit(j);
        }
        byte[][] keys = BaseTransfer.receive(channel, session, otherSides, secret);
        byte[] sums = channel.receive(2 * BITS * NODE_BYTES);
        byte[] proofs = trust == Trust.CHECKED ? channel.receive(2 * extension.trees() * HASH_BYTES) : new byte[0];
        int k = extension.fieldBits();
        byte[][][] trees = new byte[extension.trees()][][];
        boolean proven = true;
        for (int tree = 0; tree < trees.length; tree++) {
            byte[][] nodes = new byte[1][NODE_BYTES];
            int path = 0;
            for (int bit = k - 1; bit >= 0; bit--) {
                nodes = children(session, tree, nodes);
                int transfer = tree * k + bit;
                int side = otherSides[transfer] ? 1 : 0;
                // Both children of the path's node were made from nothing: one is found from the sum, one stays
                // unknown.
                int sibling = 2 * path + side;
                byte[] found = new byte[NODE_BYTES];
                xor(sums, (2 * transfer + side) * NODE_BYTES, found, 0);
                xor(keys[transfer], 0, found, 0);
                for (int i = side; i < nodes.length; i += 2) {
                    if (i != sibling) {
                        xor(nodes[i], 0, found, 0);
                    }
                }
                nodes[sibling] = found;
                path = sibling ^ 1;
                nodes[path] = new byte[NODE_BYTES];
            }
            proven &= trust != Trust.CHECKED || isProven(session, tree, nodes, path, proofs);
            byte[][] relabelled = new byte[nodes.length][];
            for (int leaf = 0; leaf < nodes.length; leaf++) {
                relabelled[leaf ^ path] = nodes[leaf];
            }
            trees[tree] = relabelled;
        }
        if (!proven) {
            throw new ProtocolAbort(channel.peer(), "punctured trees", AbortReason.VERIFICATION_FAILED);
        }
        return trees;
    }

    /** Two children of each node: the halves of a hash of session, tree, place and node. */
    private static byte[][] children(byte[] session, int tree, byte[][] nodes) {
        byte[][] children = new byte[2 * nodes.length][];
        MessageDigest hash = sha256();
        for (int i = 0; i < nodes.length; i++) {
            hash.update(session);
            hash.update(ByteBuffer.allocate(3 * Integer.BYTES)
                    .putInt(tree)
                    .putInt(nodes.length)
                    .putInt(i)
                    .array());
            byte[] both = hash.digest(nodes[i]);
            children[2 * i] = Arrays.copyOf(both, NODE_BYTES);
            children[2 * i + 1] = Arrays.copyOfRange(both, NODE_BYTES, 2 * NODE_BYTES);
            Arrays.fill(both, (byte) 0);
        }
        return children;
    }

    private static void xor(byte[] from, int fromOffset, byte[] into, int intoOffset) {
        for (int i = 0; i < NODE_BYTES; i++) {
            into[intoOffset + i] ^= from[fromOffset + i];
        }
    }
}
