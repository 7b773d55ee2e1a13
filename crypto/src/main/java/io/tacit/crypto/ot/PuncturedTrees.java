package io.tacit.crypto.ot;

import io.tacit.crypto.block.FreeXorOffset;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import java.nio.ByteBuffer;
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

    private static final int BITS = FreeXorOffset.BITS;

    private PuncturedTrees() {}

    /** Grows the trees and lets the offset's holder have its leaves: {@code [tree][leaf]}. */
    static byte[][][] grow(Channel channel, byte[] session, Extension extension, Seed secret) {
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
        return trees;
    }

    /**
     * The leaves that the offset's holder gets: {@code [tree][leaf xor path]}, path being the offset's bits of the tree.
     * Entry 0, the leaf on the path, is not known and all zero.
     */
    static byte[][][] receive(Channel channel, byte[] session, Extension extension, FreeXorOffset offset, Seed secret) {
        boolean[] otherSides = new boolean[BITS];
        for (int j = 0; j < BITS; j++) {
            otherSides[j] = !offset.bit(j);
        }
        byte[][] keys = BaseTransfer.receive(channel, session, otherSides, secret);
        byte[] sums = channel.receive(2 * BITS * NODE_BYTES);
        int k = extension.fieldBits();
        byte[][][] trees = new byte[extension.trees()][][];
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
            byte[][] relabelled = new byte[nodes.length][];
            for (int leaf = 0; leaf < nodes.length; leaf++) {
                relabelled[leaf ^ path] = nodes[leaf];
            }
            trees[tree] = relabelled;
        }
        return trees;
    }

    /** Two children of each node: the halves of a hash of session, tree, place and node. */
    private static byte[][] children(byte[] session, int tree, byte[][] nodes) {
        byte[][] children = new byte[2 * nodes.length][];
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
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
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
        return children;
    }

    private static void xor(byte[] from, int fromOffset, byte[] into, int intoOffset) {
        for (int i = 0; i < NODE_BYTES; i++) {
            into[intoOffset + i] ^= from[fromOffset + i];
        }
    }
}
